import { join } from 'node:path';
import type { AuditPage, JobPage, ResultSummary } from '@meshdeck/shared';
import { callHub } from '@meshdeck/testing/mesh';
import { digits, writeFile } from '@meshdeck/testing/tables';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

test('shows what a result is worth: accuracy, confusion, the least sure rows, and drift', async ({
  hub,
  cli,
  ui,
  folder,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const run = await cli('run', digits.app, '--input', digits.input, '--out', join(folder, 'p.csv'));
  expect(run, run.stderr).toMatchObject({ code: 0 });
  const [job] = (await callHub<JobPage>(hub, '/jobs')).jobs;
  const id = job?.id ?? '';

  const asked: string[] = [];
  ui.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await ui.goto(new URL(`/jobs/${id}`, hub.ready.url).href);
  const worth = ui.getByRole('region', { name: 'What the result is worth' });
  await expect(worth.getByText('98.7 %', { exact: true })).toBeVisible();
  await expect(worth.getByText('444 of 450 rows right')).toBeVisible();
  await expect(worth.getByLabel('Truth')).toHaveValue('label');
  // Row and column of the class 6: 2 of 45 were taken for 0.
  const six = worth.getByRole('figure', { name: 'Confusion matrix' }).getByRole('row', { name: /^6 / });
  await expect(six.getByRole('cell')).toHaveText(['2', '·', '·', '·', '·', '·', '43', '·', '·', '·']);
  await expect(worth.getByText('6 taken for 0')).toBeVisible();
  await expect(worth.getByText('There is no earlier table of this app to compare with.')).toBeVisible();

  // The least sure row, in the table above.
  const result = ui.getByRole('region', { name: 'Result', exact: true });
  await expect(result.getByText('1 to 10 of 450')).toBeVisible();
  await worth.getByRole('button', { name: 'Show row 202 in the result' }).click();
  await expect(result.getByText('201 to 210 of 450')).toBeVisible();
  await expect(result.getByRole('row', { name: /^202 0 0\.28/ })).toBeVisible();
  await result.getByRole('button', { name: 'prediction' }).click();
  await expect(result.getByRole('columnheader', { name: 'prediction' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await result.getByRole('button', { name: 'prediction' }).click();
  await expect(result.getByRole('cell', { name: '9', exact: true }).first()).toBeVisible();

  await worth.getByLabel('Truth').selectOption('Not known');
  await expect(worth.getByText('98.7 %', { exact: true })).toHaveCount(0);
  await expect(worth.getByRole('region', { name: 'Least sure rows' }).getByRole('row')).toHaveCount(11);
  await worth.getByLabel('Truth').selectOption('id');
  await expect(worth.getByText(/so the figures say nothing about the model|never predicted/)).toBeVisible();

  const about = (path: string) => asked.filter((each) => each.endsWith(path)).length;
  expect([about('/summary'), about('/rows'), about('/output')]).toEqual([3, 4, 0]);
  const { entries } = await callHub<AuditPage>(hub, '/audit');
  // The command has taken it away once; looking at it is no download.
  expect(entries.filter(({ action }) => action === 'jobs.download')).toHaveLength(1);

  const told = await cli('jobs', 'summary', id);
  expect(told.stdout).toContain('98.7 % right: 444 of 450 rows.');
  const summary = JSON.parse((await cli('jobs', 'summary', id, '--json')).stdout) as ResultSummary;
  expect(summary.worth).toMatchObject({ kind: 'classes', right: 444, rows: 450 });
  const refused = await cli('jobs', 'summary', id, '--truth', 'colour');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('The result has no column "colour"');
});

test('shows a result with semicolons as columns, says so where nothing is named a prediction, and tells drift', async ({
  hub,
  cli,
  ui,
  folder,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const app = writeFile(
    folder,
    'judge.mjs',
    `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const [header, ...rows] = readFileSync(process.env.MESHDECK_INPUT, 'utf8').trimEnd().split('\\n');
const lines = rows.map((row, at) => row + ';' + (at % 3 === 0 ? 'bad' : 'good'));
writeFileSync(join(process.env.MESHDECK_OUTPUT, 'predictions.csv'), [header + ';verdict', ...lines].join('\\n') + '\\n');
`,
  );
  const table = (name: string, mean: number) =>
    writeFile(
      folder,
      name,
      `note;temp\n${Array.from({ length: 80 }, (_, row) => `"Zeile; ${row}";${mean + (row % 9)},5`).join('\n')}\n`,
    );
  for (const [name, mean] of [
    ['before.csv', 20],
    ['now.csv', 36],
  ] as const) {
    const run = await cli('run', app, '--input', table(name, mean), '--out', join(folder, 'p.csv'));
    expect(run, run.stderr).toMatchObject({ code: 0 });
  }
  const [job] = (await callHub<JobPage>(hub, '/jobs')).jobs;
  await ui.goto(new URL(`/jobs/${job?.id}`, hub.ready.url).href);
  const result = ui.getByRole('region', { name: 'Result', exact: true });
  await expect(result.getByRole('columnheader')).toHaveText([/^Row/, /^verdict/, /^note/, /^temp/]);
  await expect(result.getByRole('row').nth(1).getByRole('cell')).toHaveText(['1', 'bad', 'Zeile; 0', '36,5']);

  const worth = ui.getByRole('region', { name: 'What the result is worth' });
  await expect(worth.getByText('The result has no column named "prediction".')).toBeVisible();
  await worth.getByLabel('Prediction').selectOption('verdict');
  await expect(worth.getByText('53 rows, 66 %')).toBeVisible();
  await expect(worth.getByText('Column "temp" moved: median 24.5 → 40.5.')).toBeVisible();
});
