import { appendFileSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { HubView, JobView } from '@meshdeck/shared';
import { callHub, runCli, startHub } from '@meshdeck/testing/mesh';
import { digits } from '@meshdeck/testing/tables';
import { expect, test, workReady } from './support/fixtures.js';

test('starts although its files end in mid-line, says what it dropped, and has everything else', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  const [machine] = await joinMachines('bench-1');
  const out = join(folder, 'p.csv');
  expect(await cli('run', digits.app, '--input', digits.input, '--out', out)).toMatchObject({ code: 0 });
  hub.kill('SIGKILL');
  await hub.exited;
  // What a kill in the middle of a write leaves.
  for (const name of ['jobs/000001.log', 'nodes.db', 'speeds.db']) {
    appendFileSync(join(hub.dataDir, 'documents', name), '{"state":"queued","createdAt":17952');
  }
  const again = await startHub({ dataDir: hub.dataDir });
  try {
    const { services } = await callHub<HubView>(again, '/hub');
    const documents = services.find(({ name }) => name === 'Documents');
    expect(documents?.state).toBe('running');
    expect(documents?.message).toMatch(/nodes\.db ended in mid-line: its last 35 bytes were dropped/);
    expect(documents?.message).toMatch(/speeds\.db ended in mid-line/);
    expect(again.output()).toContain('a last line cut off in mid-write was dropped');
    const { jobs } = await callHub<{ jobs: JobView[] }>(again, '/jobs');
    expect(jobs).toMatchObject([{ state: 'succeeded', rows: 450 }]);
    await workReady(again, [machine?.nodeId ?? '']);
    const later = join(folder, 'later.csv');
    const env = again.env;
    const run = await runCli(['run', digits.app, '--input', digits.input, '--out', later], { env });
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(readFileSync(later)).toEqual(readFileSync(out));
  } finally {
    await again.stop();
  }
});

test('says which file of an agent is damaged and what to do, and joins again without it', async ({
  folder,
  cli,
  joinMachines,
  startMachine,
}) => {
  const [machine] = await joinMachines('bench-1');
  await machine?.stop();
  const pin = join(folder, 'bench-1', 'hub.json');
  truncateSync(pin, 40);
  const refused = startMachine('bench-1');
  expect(await refused.exited).toMatchObject({ code: 1 });
  expect(refused.output()).toMatch(/^meshdeck-node: The file .*hub\.json is damaged\..*delete it/m);
  rmSync(pin);
  const token = (await cli('join-token', 'create')).stdout.trim();
  const { nodeId } = await startMachine('bench-1', ['--join', token]).event('joined', 60_000);
  expect(nodeId).toBe(machine?.nodeId);
});
