import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { provenanceSchema, type JobSummary, type JobView, type Verification } from '@meshdeck/shared';
import { callHub, startHub, until } from '@meshdeck/testing/mesh';
import { digits, slowApp, writeFile } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

test.describe.configure({ timeout: 240_000 });

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Gives another number in the second row each time. */
const dice = `
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
const rows = 'id,p\\n1,0.5\\n2,' + Math.random() + '\\n3,word\\n';
writeFileSync(join(process.env.MESHDECK_OUTPUT, 'predictions.csv'), rows);
`;

type Cli = (...args: string[]) => Promise<{ code: number | null; stdout: string; stderr: string }>;

/** The newest job's id, after a run that went well. */
async function runOnce(cli: Cli, ...args: string[]): Promise<string> {
  const run = await cli('run', ...args);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  const [job] = JSON.parse((await cli('jobs', 'list', '--limit', '1', '--json')).stdout) as JobSummary[];
  expect(job).toBeDefined();
  return job?.id ?? '';
}

test('tells how a result was made, down to the bytes of model, table and result', async ({
  folder,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1', 'bench-2');
  const out = join(folder, 'p.csv');
  const jobId = await runOnce(cli, digits.app, '--input', digits.input, '--out', out, '--shards', '4');
  const record = join(folder, 'provenance.json');
  expect(await cli('jobs', 'provenance', jobId, '--out', record)).toMatchObject({ code: 0 });
  const provenance = provenanceSchema.parse(JSON.parse(readFileSync(record, 'utf8')));
  expect(provenance).toMatchObject({
    job: { id: jobId, state: 'succeeded' },
    app: { name: 'digits', entry: { path: 'digits.onnx', sha256: sha256(digits.model) } },
    input: { sha256: sha256(digits.input) },
    output: { sha256: sha256(out) },
    rows: 450,
    agentVersions: ['0.1.0'],
    hub: { versionAtSubmission: '0.1.0' },
    // On a busy machine a slow shard is run a second time beside the first, and one of the two comes late.
    dropped: { duplicates: 0 },
  });
  expect(provenance.runtimes).toEqual([expect.stringMatching(/^onnxruntime-node \d/)]);
  expect(provenance.columnMap).toHaveLength(64);
  expect(provenance.shards?.map(({ firstRow }) => firstRow)).toEqual([0, 112, 225, 337]);
  expect(provenance.shards?.reduce((sum, { rows }) => sum + rows, 0)).toBe(450);
  expect(provenance.machines.reduce((sum, { results }) => sum + results, 0)).toBe(4);
  expect(provenance.attempts.length).toBeGreaterThanOrEqual(4);
  expect(provenance.decisions.filter(({ outcome }) => outcome === 'placed').length).toBeGreaterThanOrEqual(4);
  const shown = (await cli('jobs', 'provenance', jobId)).stdout;
  expect(shown).toContain(sha256(digits.model));
});

test('verifies a result on another machine, byte for byte', async ({ folder, hub, cli, joinMachines }) => {
  await joinMachines('bench-1', 'bench-2');
  const jobId = await runOnce(cli, digits.app, '--input', digits.input, '--out', join(folder, 'p.csv'));
  const verified = await cli('jobs', 'verify', jobId, '--json');
  expect(verified, verified.stderr).toMatchObject({ code: 0 });
  const verdict = JSON.parse(verified.stdout) as Verification;
  expect(verdict).toMatchObject({ outcome: 'equal', elsewhere: true });
  const original = await callHub<JobView>(hub, `/jobs/${jobId}`);
  expect(original).toMatchObject({ verified: 'equal', verifications: [verdict] });
  expect(verdict.machines).not.toContain(original.nodeName);
  expect(await callHub<JobView>(hub, `/jobs/${verdict.jobId}`)).toMatchObject({ verifies: jobId, verdict });
  expect((await cli('jobs', 'show', jobId)).stdout).toContain('byte for byte');
});

test('says where two results differ and exits 1', async ({ folder, cli, joinMachines }) => {
  await joinMachines('bench-1');
  const input = writeFile(folder, 'a.csv', 'id\n1\n2\n');
  const app = writeFile(folder, 'dice.mjs', dice);
  const jobId = await runOnce(cli, app, '--input', input, '--out', join(folder, 'p.csv'));
  const verified = await cli('jobs', 'verify', jobId);
  expect(verified).toMatchObject({ code: 1 });
  expect(verified.stdout).toMatch(
    /^Different: 1 of 3 rows differs\. The first is row 2, column 2 \(p\): "0\.\d+" the first time and "0\.\d+" now\. Numbers differ by at most 0\.\d+\. The second run was made on bench-1\.\n$/,
  );
});

test('refuses to verify what cannot be run again, and says what to do', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const input = writeFile(folder, 'a.csv', 'id\n1\n2\n');
  const jobId = await runOnce(
    cli,
    writeFile(folder, 'dice.mjs', dice),
    '--input',
    input,
    '--out',
    join(folder, 'p.csv'),
  );
  const { sha256: name } = (await callHub<JobView>(hub, `/jobs/${jobId}`)).input;
  rmSync(join(hub.dataDir, 'files', name.slice(0, 2), name));
  const gone = await cli('jobs', 'verify', jobId);
  expect(gone).toMatchObject({ code: 1, stdout: '' });
  expect(gone.stderr).toContain('The table a.csv is no longer in the hub');

  const crash = writeFile(folder, 'crash.mjs', 'process.exit(3);\n');
  expect(await cli('run', crash, '--input', input, '--out', join(folder, 'q.csv'))).toMatchObject({
    code: 1,
  });
  const [failed] = JSON.parse(
    (await cli('jobs', 'list', '--state', 'failed', '--json')).stdout,
  ) as JobSummary[];
  const refused = await cli('jobs', 'verify', failed?.id ?? '');
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('There is no result to verify: the job failed.');
  expect(await cli('jobs', 'verify', 'nothing')).toMatchObject({ code: 1 });
});

test('comes to its verdict although the hub is killed while the second run runs', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const input = writeFile(folder, 'a.csv', 'x\n1\n2\n');
  const app = writeFile(folder, 'slow.mjs', slowApp(3));
  const jobId = await runOnce(cli, app, '--input', input, '--out', join(folder, 'p.csv'));
  const run = await callHub<JobView>(hub, `/jobs/${jobId}/verify`, { method: 'POST' });
  await until(
    () => callHub<JobView>(hub, `/jobs/${run.id}`),
    ({ state, progress }) => state === 'running' && progress > 0,
    { what: 'the second run to make progress' },
  );
  hub.kill('SIGKILL');
  await hub.exited;
  const again = await startHub({ dataDir: hub.dataDir });
  try {
    const original = await until(
      () => callHub<JobView>(again, `/jobs/${jobId}`),
      ({ verified }) => verified !== undefined && verified !== 'running',
      { what: 'the verdict', timeoutMs: 120_000 },
    );
    expect(original.verifications).toEqual([expect.objectContaining({ jobId: run.id, outcome: 'equal' })]);
  } finally {
    await again.stop();
  }
});
