import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildTestAgent, startNodeProcess } from '../testing/node-process.js';
import { temporaryFolder, testHub } from '../testing/test-agent.js';

let program = '';
let remove: () => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
  ({ program, remove } = await buildTestAgent());
});
afterAll(() => remove());

/** Service managers that do not answer: no test makes a service of the machine it runs on. */
async function withoutManagers(): Promise<Record<string, string>> {
  const bin = await temporaryFolder();
  for (const name of ['systemctl', 'launchctl', 'loginctl']) {
    await writeFile(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
}

function run(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

it.skipIf(process.platform === 'win32')(
  'keeps its settings where nothing can start it, says how to, and joins with them',
  { timeout: 30_000 },
  async () => {
    const hub = await testHub();
    const data = await temporaryFolder();
    const fastPaths = ['--fast-paths', 'small-runs,late-placements'];
    const flags = ['--data', data, '--no-mdns', '--name', 'bench 3', '--label', 'room=lab2', ...fastPaths];
    const env = { ...(await withoutManagers()), MESHDECK_JOIN: hub.token() };
    const installed = await run(['service', 'install', ...flags], env);
    expect(installed.code).toBe(3);
    expect(installed.stderr).toContain(`Start it with: ${process.execPath} ${program} --data ${data}`);
    expect(installed.stderr).toContain('no fast path late-placements any more');
    const settings = join(data, 'settings.json');
    expect((await stat(settings)).mode & 0o777).toBe(0o600);
    const before = await run(['service', 'status', '--data', data, '--json'], env);
    expect([before.code, JSON.parse(before.stdout)]).toMatchObject([1, { joined: false, running: false }]);

    const agent = startNodeProcess(program, ['--data', data], await withoutManagers());
    await agent.event('joined');
    expect(hub.hellos[0]).toMatchObject({ name: 'bench 3', labels: { room: 'lab2' } });
    expect(hub.hellos[0]?.join).toBeDefined();
    // The token is no use any more; the rest stays.
    await expect.poll(() => readFile(settings, 'utf8')).not.toContain('token');
    expect(JSON.parse(await readFile(settings, 'utf8'))).toMatchObject({
      ...{ name: 'bench 3', mdns: false, fastPaths: 'small-runs,late-placements' },
    });
    expect(agent.stderr()).toContain('no fast path late-placements any more');
    const after = await run(['service', 'status', '--data', data, '--json', '--wait', '10'], env);
    expect([after.code, JSON.parse(after.stdout)]).toMatchObject([
      0,
      { joined: true, running: true, hubName: 'Fake hub' },
    ]);
  },
);

it('forgets its hub when it is told to, and not while it runs', { timeout: 30_000 }, async () => {
  const hub = await testHub();
  const data = await temporaryFolder();
  const flags = ['--data', data, '--no-mdns', '--hub', hub.url];
  const agent = startNodeProcess(program, flags);
  await agent.event('joined');
  const busy = await run(['--data', data, '--forget-hub']);
  expect(busy.code).toBe(1);
  expect(busy.stderr).toContain('already uses');
  agent.child.kill('SIGTERM');
  await agent.exit;
  const forgotten = await run(['--data', data, '--forget-hub']);
  expect(forgotten.code).toBe(0);
  expect(forgotten.stderr).toContain('forgotten');
  await expect(stat(join(data, 'hub.json'))).rejects.toThrow();
  // Its own identity stays: the next hub, or this one, is asked anew.
  const again = startNodeProcess(program, flags);
  await again.event('waiting');
  expect(hub.pairing.attempts.at(-1)?.nodeId).toBe(hub.pairing.attempts[0]?.nodeId);
});

it('refuses words it does not know with 2', async () => {
  expect((await run(['service', 'explode'])).code).toBe(2);
  const data = await temporaryFolder();
  const warp = await run(['service', 'install', '--fast-paths', 'warp', '--data', data]);
  expect([warp.code, warp.stderr]).toEqual([2, expect.stringContaining('--fast-paths must be on, off, or')]);
  expect((await run(['service', 'install', '--slots', 'many', '--data', await temporaryFolder()])).code).toBe(
    2,
  );
});
