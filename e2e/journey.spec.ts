import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '@meshdeck/shared';
import { startHub } from '@meshdeck/testing/mesh';
import { digits, linesOf } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

test('runs the digits sample from the command line, from joining to predictions', async ({
  folder,
  hub,
  cli,
  startMachine,
}) => {
  const made = await cli('join-token', 'create', '--uses', '2');
  expect(made).toMatchObject({ code: 0 });
  const token = made.stdout.trim();
  expect(token).toMatch(/^mdj1_\S+$/);
  const machines = ['bench-1', 'bench-2'].map((name) => startMachine(name, ['--join', token]));
  for (const machine of machines) await machine.event('joined');
  await expect
    .poll(async () => (await cli('nodes', 'list')).stdout, { timeout: 30_000 })
    .toMatch(/bench-1 .* active/);
  await expect
    .poll(async () => (await cli('nodes', 'list')).stdout, { timeout: 30_000 })
    .toMatch(/bench-2 .* active/);

  const out = join(folder, 'p.csv');
  const run = await cli('run', digits.app, '--input', digits.input, '--out', out);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  expect(run.stdout).toMatch(/^450 rows on bench-[12] in .*p\.csv \(job [0-9a-z]{10}\)\n$/);
  expect(run.stderr).toContain('sending digits-holdout.csv');
  const lines = linesOf(out);
  expect(lines).toHaveLength(451);
  expect(lines[0]).toMatch(/^id,.*,label,prediction/);

  const [job] = JSON.parse((await cli('jobs', 'list', '--json')).stdout) as JobView[];
  expect(job).toMatchObject({ state: 'succeeded', rows: 450, app: { name: 'digits' } });
  const id = job?.id ?? '';
  const why = await cli('why', id);
  expect(why.stdout).toMatch(/1 +bench-[12] +\d+\.\d\d +\d+\.\d\d +\d\.\d{3}/);
  expect(why.stdout).toContain(`bench-1`);
  expect((await cli('jobs', 'show', id)).stdout).toContain('succeeded');

  const again = join(folder, 'again.csv');
  expect(await cli('jobs', 'download', id, '--out', again)).toMatchObject({ code: 0 });
  expect(readFileSync(again)).toEqual(readFileSync(out));
  expect((await cli('apps', 'list')).stdout).toContain('digits');
  expect((await cli('status')).stdout).toContain('2 active, 0 lost, 0 waiting');

  hub.kill('SIGTERM');
  const stoppedAt = Date.now();
  expect(await hub.exited).toEqual({ code: 0, signal: null });
  expect(Date.now() - stoppedAt).toBeLessThan(5000);
  expect((await cli('status')).stderr).toContain('Start one with "meshdeck hub"');
});

test('lets a machine in that shows the same code', async ({ hub, cli, startMachine }) => {
  const machine = startMachine('visitor', ['--hub', hub.ready.tls]);
  const waiting = await machine.event('waiting');
  expect(waiting.code).toMatch(/^\d{6}$/);
  const code = String(waiting.code);
  await expect
    .poll(async () => (await cli('nodes', 'list')).stdout)
    .toMatch(new RegExp(`visitor .* pending .* ${code.slice(0, 3)} ${code.slice(3)}`));
  const unasked = await cli('nodes', 'approve', 'visitor');
  expect(unasked).toMatchObject({ code: 1, stdout: '' });
  expect(unasked.stderr).toContain('--code');
  const wrong = await cli('nodes', 'approve', 'visitor', '--code', code === '123456' ? '654321' : '123456');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('not the code');
  expect((await cli('nodes', 'list')).stdout).toMatch(/visitor .* pending/);
  const right = await cli('nodes', 'approve', 'visitor', '--code', code);
  expect(right).toMatchObject({ code: 0, stdout: 'visitor is in.\n' });
  await machine.event('joined');
  await expect.poll(async () => (await cli('nodes', 'list')).stdout).toMatch(/visitor .* active/);
});

test('runs a sample by name, and the same app again by its name', async ({ folder, cli, joinMachines }) => {
  await joinMachines('bench-1');
  const first = join(folder, 'first.csv');
  expect(await cli('samples', 'run', 'digits', '--out', first)).toMatchObject({ code: 0 });
  expect(existsSync(first)).toBe(true);
  const second = join(folder, 'second.csv');
  expect(await cli('run', 'digits', '--input', digits.input, '--out', second)).toMatchObject({ code: 0 });
  expect(readFileSync(second)).toEqual(readFileSync(first));
});

test('is found again after a restart on either side', async ({ hub, cli, joinMachines, startMachine }) => {
  const [machine] = await joinMachines('bench-1');
  const state = async () => (await cli('nodes', 'list')).stdout;
  await machine?.stop();
  await expect.poll(state).toMatch(/bench-1 .* stopped/);
  startMachine('bench-1');
  await expect.poll(state).toMatch(/bench-1 .* active/);

  // The hub comes back on other ports: only mDNS tells where.
  await hub.stop();
  const again = await startHub({ dataDir: hub.dataDir });
  try {
    expect(again.ready.fingerprint).toBe(hub.ready.fingerprint);
    await expect.poll(state, { timeout: 30_000 }).toMatch(/bench-1 .* active/);
  } finally {
    await again.stop();
  }
});
