import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '@meshdeck/shared';
import { callHub, startHub, until } from '@meshdeck/testing/mesh';
import { models } from '@meshdeck/testing/models';
import { makeTable } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

const model = models.wide;
const rows = 600_000;
const ended = ({ state }: JobView) => ['succeeded', 'failed', 'cancelled'].includes(state);
const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Bytes of files that the hub is receiving now. */
function incomingBytes(dataDir: string): number {
  const folder = join(dataDir, 'files', 'incoming');
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0; // came to its place between two looks
  }
}

/** Hands a job in and waits until a part of its result is with the hub. */
async function midway(
  hub: { dataDir: string },
  cli: (...args: string[]) => Promise<{ stdout: string; stderr: string }>,
  input: string,
): Promise<string> {
  const detached = await cli('run', model, '--input', input, '--detach');
  await until(
    () => Promise.resolve(incomingBytes(hub.dataDir)),
    (bytes) => bytes > 1_000_000,
    { what: 'a part of the result to come', everyMs: 5 },
  );
  return detached.stdout.trim();
}

test('loses nothing when the hub is killed while a table and its result are on their way', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const input = join(folder, 'table.csv');
  await makeTable({ path: input, rows, columns: 16 });
  const jobId = await midway(hub, cli, input);
  hub.kill('SIGKILL');
  await hub.exited;
  const again = await startHub({ dataDir: hub.dataDir });
  try {
    const done = await until(() => callHub<JobView>(again, `/jobs/${jobId}`), ended, {
      what: 'the job to end',
      timeoutMs: 60_000,
    });
    expect(done).toMatchObject({ state: 'succeeded', rows });
    const out = join(folder, 'p.csv');
    expect(await cli('jobs', 'download', jobId, '--out', out)).toMatchObject({ code: 0 });
    // The table is at the machine by now: an undisturbed run over it.
    const whole = join(folder, 'whole.csv');
    expect(await cli('run', model, '--input', input, '--out', whole)).toMatchObject({ code: 0 });
    expect(hashOf(out)).toBe(hashOf(whole));
  } finally {
    await again.stop();
  }
});

test('gives the same bytes when a machine is killed while it sends its result', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  const machines = await joinMachines('bench-1', 'bench-2');
  const input = join(folder, 'table.csv');
  await makeTable({ path: input, rows, columns: 16, seed: 1 });
  const jobId = await midway(hub, cli, input);
  const { nodeId } = await callHub<JobView>(hub, `/jobs/${jobId}`);
  machines.find((machine) => machine.nodeId === nodeId)?.kill('SIGKILL');
  const done = await until(() => callHub<JobView>(hub, `/jobs/${jobId}`), ended, {
    what: 'the job to end',
    timeoutMs: 60_000,
  });
  expect(done).toMatchObject({ state: 'succeeded', rows, attempts: 2 });
  const out = join(folder, 'p.csv');
  expect(await cli('jobs', 'download', jobId, '--out', out)).toMatchObject({ code: 0 });
  const whole = join(folder, 'whole.csv');
  expect(await cli('run', model, '--input', input, '--out', whole)).toMatchObject({ code: 0 });
  expect(hashOf(out)).toBe(hashOf(whole));
});
