import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { logUnhandledRejections, type UnhandledRejection } from './unhandled-rejections.js';

function setUp() {
  const source = new EventEmitter();
  const logged: UnhandledRejection[] = [];
  let at = 0;
  const rejections = logUnhandledRejections({ source, log: (one) => logged.push(one), now: () => at });
  return { source, logged, rejections, pass: (ms: number) => (at += ms) };
}

it('logs each with its stack and counts them', () => {
  const { source, logged, rejections } = setUp();
  source.emit('unhandledRejection', new Error('rm failed'));
  source.emit('unhandledRejection', 'words alone');
  expect(logged).toMatchObject([
    { message: 'rm failed', count: 1, stack: expect.stringContaining('unhandled-rejections.test') as string },
    { message: 'words alone', count: 2, stack: undefined },
  ]);
  rejections.stop();
  expect(source.listenerCount('unhandledRejection')).toBe(0);
});

it('writes no secret that a message quotes', () => {
  const { source, logged } = setUp();
  source.emit('unhandledRejection', new Error('mdk_abc-def_1 and mdj1_xyz at amqp://user:pass@host:5672/x'));
  expect(JSON.stringify(logged)).not.toMatch(/abc|xyz|user|pass/);
  expect(logged[0]?.message).toContain('amqp://...@host:5672/x');
});

it('does not fill the disk where a fault comes in a loop, and goes on counting', () => {
  const { source, logged, rejections, pass } = setUp();
  for (let time = 0; time < 500; time += 1) source.emit('unhandledRejection', new Error('again'));
  expect(logged).toHaveLength(20);
  pass(60_000);
  source.emit('unhandledRejection', new Error('again'));
  expect(logged.at(-1)?.count).toBe(501);
  expect(rejections.count()).toBe(501);
});

it('lets a real process go on that Node would end', () => {
  const program = `
    import { logUnhandledRejections } from '@meshdeck/shared/runtime';
    if (process.argv[1] === 'with') logUnhandledRejections({ source: process, log: (one) => console.log(one.message) });
    Promise.reject(new Error('nobody took it'));
    setTimeout(() => console.log('still here'), 20);`;
  const run = (word: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', program, word], { encoding: 'utf8' });
  expect(run('without').status).toBe(1);
  expect(run('with').stdout).toBe('nobody took it\nstill here\n');
});
