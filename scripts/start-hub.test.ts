import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readReadyLine, startHub } from './start-hub.mjs';

const script = fileURLToPath(new URL('../desktop/src/main/fixtures/stand-in-hub.mjs', import.meta.url));

function start(behaviour: string) {
  const exits: number[] = [];
  const hub = startHub({ script, args: [behaviour], onExit: (code: number) => exits.push(code) });
  onTestFinished(hub.stop);
  return { ...hub, exits };
}

describe('the hub of npm start', () => {
  it.skipIf(process.platform === 'win32')(
    'gives its sign-in link when it is ready and ends when stopped',
    async () => {
      const hub = start('serve');
      expect((await hub.ready).uiLink).toBe('http://127.0.0.1:7420/login?link=one-time-secret');
      await hub.stop();
      expect(hub.exits).toEqual([0]);
    },
  );

  it('rejects when it ends before it is ready', async () => {
    const hub = start('wrong-usage');
    await expect(hub.ready).rejects.toThrow('exit code 2');
    expect(hub.exits).toEqual([2]);
  });

  it('is ready behind lines that mean nothing', async () => {
    expect((await start('garbage').ready).url).toBe('http://127.0.0.1:7420');
  });

  it('is killed within 5 s when it ignores being asked', async () => {
    const hub = start('stubborn');
    await hub.ready;
    const startedAt = performance.now();
    await hub.stop();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

it('takes only a ready line with an address for one', () => {
  expect(readReadyLine('{"event":"ready","url":"http://127.0.0.1:1"}')).toEqual({
    url: 'http://127.0.0.1:1',
    uiLink: undefined,
  });
  for (const line of ['', 'null', '[]', '{"event":"ready"}', '{"event":"waiting","url":"http://x"}', '{']) {
    expect(readReadyLine(line)).toBeUndefined();
  }
});
