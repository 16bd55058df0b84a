import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { buildTestAgent, startNodeProcess } from '../testing/node-process.js';
import { temporaryFolder, testHub } from '../testing/test-agent.js';

let agent: Awaited<ReturnType<typeof buildTestAgent>>;
beforeAll(async () => {
  agent = await buildTestAgent();
}, 120_000);
afterAll(() => agent.remove());

async function machine() {
  const hub = await testHub();
  const folder = await temporaryFolder();
  const flags = ['--data', join(folder, 'data'), '--no-mdns', '--slots', '0'];
  return { hub, folder, flags, token: hub.token() };
}

it('joins with a token from a file', async () => {
  const { hub, folder, flags, token } = await machine();
  const file = join(folder, 'token');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  const running = startNodeProcess(agent.program, [...flags, '--join-file', file]);
  await running.event('joined');
  expect(hub.hellos[0]?.join).toBeDefined();
});

it('joins with a token from standard input', async () => {
  const { hub, flags, token } = await machine();
  const child = spawn(process.execPath, [agent.program, ...flags, '--join', '-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end(`${token}\n`);
  await once(child.stdout, 'data');
  await expect.poll(() => hub.hellos[0]?.join).toBeDefined();
});

it.skipIf(process.platform !== 'linux')(
  'leaves no token on its command line, nor in what it passes on, where others could read it',
  async () => {
    const { flags, token } = await machine();
    const running = startNodeProcess(agent.program, [...flags, '--join', token]);
    await running.event('joined');
    const line = await readFile(`/proc/${running.child.pid}/cmdline`, 'latin1');
    expect(line).toContain('meshdeck-node');
    expect(line).not.toContain(token.slice(5, 40));
  },
);

it.each([
  ['a token said twice', ['--join', 'mdj1_x', '--join-file', '/nowhere'], 'Say the join token once'],
  ['a file that is not there', ['--join-file', '/nowhere/token'], '/nowhere/token cannot be read'],
])('refuses %s', async (_what, more, sentence) => {
  const { flags } = await machine();
  const running = startNodeProcess(agent.program, [...flags, ...more]);
  expect((await running.exit).code).toBe(2);
  expect(running.stderr()).toContain(sentence);
});
