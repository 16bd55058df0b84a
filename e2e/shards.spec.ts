import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '@meshdeck/shared';
import { root } from '@meshdeck/testing/checkout';
import { callHub, startHub, until } from '@meshdeck/testing/mesh';
import { digits, slowApp, writeFile } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

/** Sums the three values of each row; it has no names for them. */
const sums = join(root, 'mesh-node/src/runners/onnx/fixtures/double-matrix.onnx');

test('splits a table over machines and gives the bytes one machine gives', async ({
  folder,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1', 'bench-2');
  const [whole, parts] = [join(folder, 'whole.csv'), join(folder, 'parts.csv')];
  const one = await cli('run', digits.app, '--input', digits.input, '--out', whole);
  expect(one, one.stderr).toMatchObject({ code: 0 });
  const split = await cli('run', digits.app, '--input', digits.input, '--out', parts, '--shards', '7');
  expect(split, split.stderr).toMatchObject({ code: 0 });
  expect(readFileSync(parts)).toEqual(readFileSync(whole));

  const [summary] = JSON.parse((await cli('jobs', 'list', '--json')).stdout) as JobView[];
  expect(summary).toMatchObject({ shards: 7, rows: 450, state: 'succeeded' });
  const shown = (await cli('jobs', 'show', summary?.id ?? '')).stdout;
  expect(shown).toContain('7, 7 done');
  // So small a table may well be done by the machine that holds the model before the other has it.
  expect(shown).toMatch(/bench-[12]/);
});

test('reads the parts of an export of the world as the whole of it', async ({
  folder,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1', 'bench-2');
  const rows = Array.from({ length: 60 }, (_, at) => (at === 30 ? ';;' : `1.250;${at};7`));
  const lines = ['Maße der Teile', '', 'Größe;"Breite";Tiefe', ...rows, '2,5;0;"1"', 'Summe;99;99'];
  const input = join(folder, 'export.csv');
  writeFileSync(input, Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
  const [whole, parts] = [join(folder, 'whole.csv'), join(folder, 'parts.csv')];
  const one = await cli('run', sums, '--input', input, '--out', whole);
  expect(one, one.stderr).toMatchObject({ code: 0 });
  const split = await cli('run', sums, '--input', input, '--out', parts, '--shards', '4');
  expect(split, split.stderr).toMatchObject({ code: 0 });
  // Only the last row shows that the point groups thousands.
  const read = readFileSync(parts, 'utf8').split('\r\n');
  expect(read.slice(0, 2)).toEqual(['Größe;"Breite";Tiefe;prediction', '1.250;0;7;1257']);
  expect(read.slice(30, 33)).toEqual(['1.250;29;7;1286', ';;;', '1.250;31;7;1288']);
  expect(read.slice(61)).toEqual(['2,5;0;"1";3.5', '']);
  expect(readFileSync(parts)).toEqual(readFileSync(whole));
  const [job] = JSON.parse((await cli('jobs', 'list', '--json')).stdout) as JobView[];
  expect(job).toMatchObject({ shards: 4, rows: 61, state: 'succeeded' });
});

test('loses and doubles no row of a split table when a machine and the hub are killed', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  const machines = await joinMachines('bench-1', 'bench-2');
  const app = join(folder, 'copy');
  mkdirSync(app);
  writeFile(app, 'app.mjs', slowApp(1));
  const manifest = { name: 'copy', runtime: 'node', entry: 'app.mjs', rows: 'independent' };
  writeFile(app, 'meshdeck.json', JSON.stringify(manifest));
  const rows = Array.from({ length: 1000 }, (_, index) => `${index},"line ${index}\nand ""more"""`);
  const input = writeFile(folder, 'rows.csv', ['id,text', ...rows].join('\n'));
  const detached = await cli('run', app, '--input', input, '--shards', '8', '--detach');
  expect(detached, detached.stderr).toMatchObject({ code: 0 });
  const jobId = detached.stdout.trim();
  const job = (from: typeof hub) => () => callHub<JobView>(from, `/jobs/${jobId}`);
  const doneParts = ({ tasks }: JobView) => tasks.filter(({ state }) => state === 'succeeded').length;

  const begun = await until(job(hub), (seen) => doneParts(seen) >= 2, {
    what: 'two parts to be done',
    timeoutMs: 60_000,
  });
  machines.find(({ nodeId }) => nodeId === begun.nodeId)?.kill('SIGKILL');
  await until(job(hub), (seen) => doneParts(seen) >= 3, { what: 'a third part', timeoutMs: 60_000 });
  hub.kill('SIGKILL');
  await hub.exited;

  const again = await startHub({ dataDir: hub.dataDir });
  try {
    const done = await until(
      job(again),
      ({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state),
      {
        what: 'the job to end',
        timeoutMs: 90_000,
      },
    );
    expect(done).toMatchObject({ state: 'succeeded', rows: 1000 });
    const out = join(folder, 'p.csv');
    expect(await cli('jobs', 'download', jobId, '--out', out)).toMatchObject({ code: 0 });
    expect(readFileSync(out)).toEqual(readFileSync(input));
  } finally {
    await again.stop();
  }
});

test('says no to splitting what does not say its rows are independent', async ({ folder, cli }) => {
  const app = writeFile(folder, 'slow.mjs', slowApp(1));
  const input = writeFile(folder, 'a.csv', 'x\n1\n2\n');
  const refused = await cli('run', app, '--input', input, '--out', join(folder, 'p.csv'), '--shards', '2');
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('"rows": "independent"');
});
