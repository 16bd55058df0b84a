import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckView, JobView, Provenance } from '@meshdeck/shared';
import { root } from '@meshdeck/testing/checkout';
import { callHub } from '@meshdeck/testing/mesh';
import { linesOf, writeFile } from '@meshdeck/testing/tables';
import type { Page } from 'playwright/test';
import { dropFile } from './support/drop-file.js';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

/** Sums the three values of each row. */
const sums = join(root, 'mesh-node/src/runners/onnx/fixtures/double-matrix.onnx');
const fixtures = join(root, 'broker/src/conversion/fixtures');
const workbook = join(fixtures, 'two-sheets.xlsx');
const predictions = ['a,b,c,prediction', '1,2,3,6', '10,20,30.5,60.5'];
const zone = (page: Page, name: string) => page.getByRole('group').filter({ has: page.getByLabel(name) });

test('takes a sheet of a dropped workbook for the table, as the command line does and as a CSV gives it', async ({
  folder,
  hub,
  ui,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  await ui.getByRole('link', { name: 'Run', exact: true }).click();
  await dropFile(zone(ui, 'Model or app'), sums);
  await dropFile(zone(ui, 'Table (CSV)'), workbook);
  const panel = ui.getByRole('region', { name: 'How this table is read' });
  await expect(panel.getByRole('alert')).toContainText(
    'has 2 sheets with something in them: "Notes", "Values 2024"',
  );
  await expect(panel.getByRole('status')).toHaveText('refused');
  await panel.getByLabel('Sheet').selectOption('Values 2024');
  await expect(panel).toContainText('Made of two-sheets.xlsx (Excel workbook), sheet "Values 2024".');
  await expect(panel.getByRole('group', { name: 'First rows predicted' }).getByRole('row')).toContainText([
    'prediction',
    '6',
    '60.5',
  ]);
  await ui.getByRole('button', { name: 'Run on the mesh' }).click();
  await expect(ui.getByTestId('job-state')).toContainText('Succeeded', { timeout: 60_000 });
  await expect(ui.getByRole('region', { name: 'How its table was read' })).toContainText(
    'sheet "Values 2024"',
  );

  const [job] = (await callHub<{ jobs: JobView[] }>(hub, '/jobs')).jobs;
  const id = job?.id ?? '';
  const whole = await callHub<JobView>(hub, `/jobs/${id}`);
  expect(whole).toMatchObject({
    rows: 2,
    input: { name: 'two-sheets.csv' },
    source: { file: { name: 'two-sheets.xlsx' }, format: 'xlsx', sheet: 'Values 2024', notes: [] },
  });
  const result = join(folder, 'ui.csv');
  expect(await cli('jobs', 'download', id, '--out', result)).toMatchObject({ code: 0 });
  expect(linesOf(result)).toEqual(predictions);
  expect((await cli('jobs', 'show', id)).stdout).toContain(
    'two-sheets.xlsx (Excel workbook), sheet "Values 2024"',
  );
  const provenance = await callHub<Provenance>(hub, `/jobs/${id}/provenance`);
  expect(provenance.source).toEqual(whole.source);

  // Once more it is the same table, made of the same file.
  const rerun = await callHub<JobView>(hub, `/jobs/${id}/rerun`, { method: 'POST' });
  const again = await callHub<JobView>(hub, `/jobs/${rerun.id}?wait=60`);
  expect(again).toMatchObject({
    state: 'succeeded',
    source: whole.source,
    output: { sha256: job?.output?.sha256 },
  });
  await ui
    .getByRole('button', { name: /^Actions for job/ })
    .first()
    .click();
  await ui.getByRole('menuitem', { name: 'Run with changes' }).click();
  await expect(panel).toContainText('sheet "Values 2024"');
});

test('runs a sheet, a Parquet file, JSON lines and a JSON list like the CSV of the same values', async ({
  folder,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const run = async (input: string, ...more: string[]) => {
    const out = join(folder, 'out.csv');
    const ran = await cli('run', sums, '--input', input, '--out', out, ...more);
    expect(ran.code, ran.stderr).toBe(0);
    return linesOf(out);
  };
  const csv = writeFile(folder, 'table.csv', 'a,b,c\n1,2,3\n10,20,30.5\n');
  expect(await run(csv)).toEqual(predictions);
  const asked = await cli('run', sums, '--input', workbook, '--out', join(folder, 'none.csv'));
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain('Choose the one that holds the table (--sheet NAME on the command line).');
  expect(await run(workbook, '--sheet', 'Values 2024')).toEqual(predictions);
  const lines = '{"a": 1, "b": 2, "c": 3}\n{"c": 30.5, "a": 10, "b": 20}\n';
  expect(await run(writeFile(folder, 'rows.jsonl', lines))).toEqual(predictions);
  // By what it is, whatever it is called.
  expect(await run(writeFile(folder, 'rows.csv', `[${lines.trim().replace('\n', ',')}]`))).toEqual(
    predictions,
  );
  const parquet = await run(join(fixtures, 'indexed.parquet'));
  expect(parquet.map((line) => line.split(',').at(-1))).toEqual(['prediction', '6', '60.5']);
});

test('says what a file was made of and why one is refused; a script gets what was given', async ({
  folder,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const checked = await cli('check', sums, '--input', join(fixtures, 'indexed.parquet'), '--json');
  expect(checked.code, checked.stderr).toBe(0);
  const check = JSON.parse(checked.stdout) as CheckView;
  expect(check.source?.notes).toEqual([
    'Left out as the labels that pandas has for rows: "__index_level_0__".',
  ]);
  const shown = await cli('check', sums, '--input', workbook, '--sheet', 'Values 2024');
  expect(shown.stdout).toMatch(/Made of +two-sheets\.xlsx \(Excel workbook\), sheet "Values 2024"/);
  const refused = await cli('check', sums, '--input', join(fixtures, 'error.xlsx'));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Cell B3 of sheet "Sheet" holds the error #DIV/0!.');

  // A script gets the file that was given, and reads it by itself.
  const script = writeFile(
    folder,
    'copy.mjs',
    "import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';\nconst { MESHDECK_INPUT: i, MESHDECK_OUTPUT: o } = process.env;\n" +
      "if (!i.endsWith('.xlsx') || readFileSync(i).toString('latin1', 0, 2) !== 'PK') process.exit(1);\ncopyFileSync(i, o + '/given.xlsx');\nwriteFileSync(o + '/predictions.csv', 'x\\n1\\n');\n",
  );
  const files = join(folder, 'files');
  const ran = await cli('run', script, '--input', workbook, '--files', files);
  expect(ran.code, ran.stderr).toBe(0);
  expect(readFileSync(join(files, 'given.xlsx'))).toEqual(readFileSync(workbook));
});
