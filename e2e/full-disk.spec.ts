import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubView, JobView } from '@meshdeck/shared';
import { mountSmallDisk, type SmallDisk } from '@meshdeck/testing/disks';
import { callHub, privateHubFlags, runCli, startHub, until } from '@meshdeck/testing/mesh';
import { canMountDisks } from '@meshdeck/testing/programs';
import { slowApp, writeFile } from '@meshdeck/testing/tables';
import { expect, test as base, protectionMeasured, workReady } from './support/fixtures.js';

const test = base.extend<{ smallDisk: (path: string, megabytes: number) => SmallDisk }>({
  smallDisk: async ({ browserName: _browserName }, use) => {
    const disks: SmallDisk[] = [];
    await use((path, megabytes) => {
      const disk = mountSmallDisk(`size=${megabytes}m`, path);
      disks.push(disk);
      return disk;
    });
    for (const disk of disks) disk.remove();
  },
});
test.skip(!canMountDisks(), 'needs a disk of its own size: root on Linux');

type Hub = Parameters<typeof callHub>[0];
const jobOf = (hub: Hub, id: string) => () => callHub<JobView>(hub, `/jobs/${id}`);
const isOver = ({ state }: JobView) => ['succeeded', 'failed', 'cancelled'].includes(state);
const documents = async (hub: Hub) =>
  (await callHub<HubView>(hub, '/hub')).services.find(({ name }) => name === 'Documents');
const table = 'x\n1\n2\n';
const addRow = `
import { appendFileSync } from 'node:fs';
appendFileSync(join(process.env.MESHDECK_OUTPUT, 'predictions.csv'), '3\\n');
`;

test("says that the hub's disk is full, keeps what machines do meanwhile, and goes on when there is room", async ({
  folder,
  smallDisk,
  startMachine,
}) => {
  const disk = smallDisk(join(folder, 'disk'), 48);
  const hub = await startHub({ dataDir: join(disk.path, 'hub'), flags: privateHubFlags });
  try {
    const cli = (...args: string[]) => runCli(args, { env: hub.env });
    const token = (await cli('join-token', 'create')).stdout.trim();
    const machine = startMachine('bench-1', ['--join', token]);
    const { nodeId } = await machine.event('joined', 60_000);
    await workReady(hub, [String(nodeId)]);
    await protectionMeasured(hub, [String(nodeId)]);
    // Its result is not the table itself, which the hub has already.
    const app = writeFile(folder, 'slow.mjs', `${slowApp(3)}\n${addRow}`);
    const input = writeFile(folder, 'a.csv', table);
    const jobId = (await cli('run', app, '--input', input, '--detach')).stdout.trim();
    await until(jobOf(hub, jobId), ({ state, progress }) => state === 'running' && progress > 0, {
      what: 'the job to run',
    });
    const workedIn = join(folder, 'bench-1/attempts', `${jobId}-0-1`);
    expect(existsSync(workedIn)).toBe(true);
    disk.fill();

    const other = writeFile(folder, 'b.csv', 'x\n3\n');
    const refused = await cli('run', app, '--input', other, '--out', join(folder, 'b-out.csv'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^meshdeck: The hub's disk is full/m);
    // The machine is done, and cannot be rid of its result: it has cleared away all but what it has to tell.
    await until(
      () => Promise.resolve(existsSync(workedIn)),
      (isThere) => !isThere,
      { what: 'the machine to be done', timeoutMs: 60_000 },
    );
    await until(
      () => documents(hub),
      (service) => service?.state === 'degraded',
      { what: 'the hub to notice', timeoutMs: 60_000 },
    );
    expect((await documents(hub))?.message).toMatch(/The hub's disk is full.*Free some space/);
    expect(await jobOf(hub, jobId)()).toMatchObject({ state: 'running' });

    disk.makeRoom();
    const done = await until(jobOf(hub, jobId), isOver, { what: 'the job to end', timeoutMs: 60_000 });
    expect(done).toMatchObject({ state: 'succeeded', rows: 3, attempts: 1 });
    expect(await documents(hub)).toMatchObject({ state: 'running' });
    const out = join(folder, 'out.csv');
    expect(await cli('jobs', 'download', jobId, '--out', out)).toMatchObject({ code: 0 });
    expect(readFileSync(out, 'utf8')).toBe(`${table}3\n`);
    expect(await cli('run', app, '--input', other, '--out', out)).toMatchObject({ code: 0 });
    expect((await callHub<{ jobs: JobView[] }>(hub, '/jobs')).jobs).toHaveLength(2);
  } finally {
    await hub.stop();
  }
});

test("says that a machine's disk is full, and runs the job there when there is room", async ({
  folder,
  hub,
  cli,
  smallDisk,
  joinMachines,
}) => {
  const disk = smallDisk(join(folder, 'bench-1'), 16);
  const machines = await joinMachines('bench-1');
  await protectionMeasured(
    hub,
    machines.map(({ nodeId }) => nodeId),
  );
  disk.fill();
  const app = writeFile(folder, 'slow.mjs', slowApp(0.2));
  const input = writeFile(folder, 'a.csv', table);
  const jobId = (await cli('run', app, '--input', input, '--detach')).stdout.trim();
  const waiting = await until(jobOf(hub, jobId), ({ failure }) => failure !== null, {
    what: 'an attempt to fail',
    timeoutMs: 60_000,
  });
  expect(waiting.failure?.code).toBe('disk-full');
  expect(waiting.failure?.message).toMatch(/The disk of .* is full: .*Free some space there/);
  expect((await cli('jobs', 'show', jobId)).stdout).toMatch(/disk of .* is full/);
  disk.makeRoom();
  const done = await until(jobOf(hub, jobId), isOver, { what: 'the job to end', timeoutMs: 90_000 });
  expect(done).toMatchObject({ state: 'succeeded', rows: 2 });
});
