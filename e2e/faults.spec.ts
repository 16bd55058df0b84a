import { join } from 'node:path';
import type { HubView, JobView, NodeView } from '@meshdeck/shared';
import { callHub, hubScript, startAgent, startHub, until } from '@meshdeck/testing/mesh';
import { startProgram } from '@meshdeck/testing/programs';
import { linesOf, slowApp, writeFile } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

test('finishes a job on another machine when its own is killed mid-run', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  const machines = await joinMachines('bench-1', 'bench-2');
  const app = writeFile(folder, 'slow.mjs', slowApp(3));
  const input = writeFile(folder, 'a.csv', 'x\n1\n2\n');
  const detached = await cli('run', app, '--input', input, '--detach');
  expect(detached, detached.stderr).toMatchObject({ code: 0 });
  const jobId = detached.stdout.trim();

  const running = await until(
    () => callHub<JobView>(hub, `/jobs/${jobId}`),
    ({ state, progress }) => state === 'running' && progress > 0,
    { what: 'the job to make progress' },
  );
  const victim = machines.find(({ nodeId }) => nodeId === running.nodeId);
  expect(victim).toBeDefined();
  victim?.kill('SIGKILL');
  const killedAt = Date.now();

  const done = await until(
    () => callHub<JobView>(hub, `/jobs/${jobId}`),
    ({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state),
    { what: 'the job to end', timeoutMs: 60_000 },
  );
  expect(done).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(done.nodeId).not.toBe(running.nodeId);
  const [first, second] = done.tasks.flatMap((task) => task.attempts);
  expect(first).toMatchObject({ state: 'abandoned', nodeName: victim?.name });
  expect(second).toMatchObject({ state: 'succeeded' });
  // Its last will tells of the death: silence alone would take five seconds.
  expect((second?.placedAt ?? Infinity) - killedAt).toBeLessThan(4500);

  const out = join(folder, 'p.csv');
  expect(await cli('jobs', 'download', jobId, '--out', out)).toMatchObject({ code: 0 });
  expect(linesOf(out)).toEqual(['x', '1', '2']);
  expect((await cli('why', jobId, '--all')).stdout).toContain(victim?.name ?? '');
});

test('goes on, and says so, when a promise is rejected that nobody listens to', async ({ folder }) => {
  const stray = "process.on('SIGUSR2', () => void Promise.reject(new Error('stray fault')))";
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stray)}` };
  const hub = await startHub({ dataDir: join(folder, 'hub'), env });
  const agent = startAgent({
    dataDir: join(folder, 'agent'),
    flags: ['--interface', '127.0.0.1', '--hub', hub.ready.tls],
    env,
  });
  try {
    const { code } = await agent.event('waiting');
    for (const program of [hub, agent]) {
      program.kill('SIGUSR2');
      await until(
        async () => program.output(),
        (output) => output.includes('unhandled rejection'),
        { what: 'the fault to be logged' },
      );
      expect(program.output()).toMatch(/stray fault.*"stack":"Error: stray fault/);
    }
    const { services } = await callHub<HubView>(hub, '/hub');
    const faults = services.find(({ name }) => name === 'Internal faults');
    expect(faults?.state).toBe('degraded');
    expect(faults?.message).toContain('once');
    // Both still work: the machine can be approved, and joins.
    const [machine] = await callHub<{ nodes: NodeView[] }>(hub, '/nodes').then(({ nodes }) => nodes);
    await callHub(hub, `/nodes/${machine?.id ?? ''}/approve`, { method: 'POST', json: { code } });
    await agent.event('joined');
  } finally {
    await agent.stop();
    await hub.stop();
  }
});

test('cancels a job at Ctrl-C', async ({ folder, hub, joinMachines }) => {
  await joinMachines('bench-1');
  const app = writeFile(folder, 'slow.mjs', slowApp(60));
  const input = writeFile(folder, 'a.csv', 'x\n1\n');
  const run = startProgram({
    name: 'meshdeck run',
    command: process.execPath,
    args: [hubScript, 'run', app, '--input', input, '--out', join(folder, 'p.csv')],
    env: hub.env,
  });
  const { jobs } = await until(
    () => callHub<{ jobs: JobView[] }>(hub, '/jobs'),
    (page) => page.jobs.some(({ state, progress }) => state === 'running' && progress > 0),
    { what: 'the job to run' },
  );
  run.kill('SIGINT');
  expect(await run.exited).toEqual({ code: 1, signal: null });
  expect(run.output()).toContain('was cancelled');
  expect(await callHub<JobView>(hub, `/jobs/${jobs[0]?.id}`)).toMatchObject({ state: 'cancelled' });
});

test('finishes a job although the hub is killed and comes back mid-run', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const app = writeFile(folder, 'slow.mjs', slowApp(6));
  const input = writeFile(folder, 'a.csv', 'x\n1\n2\n');
  const jobId = (await cli('run', app, '--input', input, '--detach')).stdout.trim();
  await until(
    () => callHub<JobView>(hub, `/jobs/${jobId}`),
    ({ state, progress }) => state === 'running' && progress > 0,
    { what: 'the job to make progress' },
  );
  hub.kill('SIGKILL');
  await hub.exited;
  const again = await startHub({ dataDir: hub.dataDir });
  try {
    const done = await until(
      () => callHub<JobView>(again, `/jobs/${jobId}`),
      ({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state),
      { what: 'the job to end', timeoutMs: 60_000 },
    );
    expect(done).toMatchObject({ state: 'succeeded', rows: 2 });
  } finally {
    await again.stop();
  }
});
