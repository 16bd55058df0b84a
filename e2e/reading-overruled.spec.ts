import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckView } from '@meshdeck/shared';
import { root } from '@meshdeck/testing/checkout';
import type { Page } from 'playwright/test';
import { dropFile } from './support/drop-file.js';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

/** Says "ja" where 2 for Zürich, -1 for Köln, 0 for Basel and -1 for each thousand come to more than nought. */
const towns = join(root, 'mesh-node/src/runners/onnx/fixtures/towns.onnx');
const weights: Readonly<Record<string, number>> = { Zürich: 2, Köln: -1, Basel: 0 };

const sales = [
  { town: 'Zürich', amount: 1250, bought: 'ja' },
  { town: 'Köln', amount: 2500, bought: 'nein' },
  // Read as 3.5 it would be a "ja".
  { town: 'Zürich', amount: 3500, bought: 'ja' },
  { town: 'Basel', amount: 1000, bought: 'nein' },
  { town: 'Zürich', amount: 1900, bought: 'ja' },
  { town: 'Köln', amount: 1100, bought: 'ja' },
  { town: 'Zürich', amount: 9750, bought: 'nein' },
  { town: 'Basel', amount: 4200, bought: 'nein' },
];
/** What the model was made to say, by hand. */
const answers = sales.map(({ town, amount }) => ((weights[town] ?? 0) - amount / 1000 > 0 ? 'ja' : 'nein'));
const german = (amount: number) => `${Math.floor(amount / 1000)}.${String(amount % 1000).padStart(3, '0')}`;

/** As a German office's program saves it: a preamble, an index without a name, Windows-1252. */
function writeRegister(folder: string): string {
  const path = join(folder, 'register.csv');
  const lines = [
    'Auszug aus dem Register Zürich',
    'Stand: 3. Mai 2024',
    '',
    ';Ort;Betrag;Kauf',
    ...sales.map(({ town, amount, bought }, at) => `${at + 1};${town};${german(amount)};${bought}`),
  ];
  // Every letter here has its Unicode number in Windows-1252 too.
  writeFileSync(path, Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'));
  return path;
}

const zone = (page: Page, name: string) => page.getByRole('group').filter({ has: page.getByLabel(name) });

test('reads a register with a preamble, an index and Windows-1252, takes one overrule, and shows what came of it', async ({
  folder,
  ui,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const table = writeRegister(folder);
  await ui.getByRole('link', { name: 'Run', exact: true }).click();
  await dropFile(zone(ui, 'Model or app'), towns);
  await dropFile(zone(ui, 'Table (CSV)'), table);

  // The reading is seen, and so is what nobody can know: whether 1.250 is a thousand and a quarter, or one and a quarter.
  const panel = ui.getByRole('region', { name: 'How this table is read' });
  const refusal = panel.getByRole('alert');
  await expect(refusal).toContainText('says "1.250", which can be 1250 or 1.25');
  const words = 'Windows-1252 (Western), semicolon between columns, column names on line 4, rows from line 5';
  await expect(panel).toContainText(words);
  const notes = [
    'The file is Windows-1252 text; the result is UTF-8.',
    'Lines 1 to 2 ("Auszug aus dem Register Zürich") stand above the table and were left out.',
    'Column 1 has no name; #1 stands for it.',
  ];
  for (const note of notes) await expect(panel).toContainText(note);
  const aside = panel.getByRole('group', { name: 'Put aside' }).getByRole('listitem');
  await expect(aside.filter({ hasText: '#1' })).toContainText('no name: the index of the rows');
  await expect(aside.filter({ hasText: '#1' }).getByRole('checkbox')).toBeChecked();
  await expect(aside.filter({ hasText: 'Kauf' })).toContainText('no input takes it');

  // The command line tells the same, in the same words.
  const sentence = (await refusal.locator('p').first().innerText()).trim();
  const refused = await cli('check', towns, '--input', table);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toBe(`meshdeck: ${sentence}\n`);
  for (const text of [words, ...notes, '#1: no name: the index of the rows', 'Kauf: no input takes it']) {
    expect(refused.stdout).toContain(text);
  }

  // One overrule.
  await panel.getByLabel('Decimal sign').selectOption('decimal comma');
  await expect(refusal).toHaveCount(0);
  const overruled =
    'Windows-1252 (Western), semicolon between columns, decimal comma, thousands by points, column names on line 4, rows from line 5';
  await expect(panel).toContainText(overruled);
  const preview = panel.getByRole('group', { name: 'First rows predicted' });
  await expect(preview.getByRole('row')).toContainText(['prediction', ...answers]);
  const told = await cli('check', towns, '--input', table, '--decimal', ',');
  expect(told.code, told.stderr).toBe(0);
  for (const text of [overruled, ...notes]) expect(told.stdout).toContain(text);
  const json = await cli('check', towns, '--input', table, '--decimal', ',', '--json');
  const check = JSON.parse(json.stdout) as CheckView;
  const at = check.preview?.columns.indexOf('prediction') ?? -1;
  expect(check.preview?.rows.map((row) => row[at])).toEqual(answers);

  // The run goes by it, and its result is right.
  await ui.getByRole('button', { name: 'Run on the mesh' }).click();
  await expect(ui.getByTestId('job-state')).toContainText('Succeeded', { timeout: 60_000 });
  const kept = ui.getByRole('region', { name: 'How its table was read' });
  await expect(kept).toContainText(overruled);
  await expect(kept).toContainText('decimal comma');
  const result = ui.getByRole('region', { name: 'Result', exact: true });
  await expect(result.getByRole('columnheader').filter({ hasText: /^prediction/ })).toBeVisible();
  const column = (await result.getByRole('columnheader').allInnerTexts()).findIndex((text) =>
    text.startsWith('prediction'),
  );
  const predictions = result.locator('tbody tr').filter({ has: ui.getByRole('cell') });
  await expect(predictions).toHaveCount(sales.length);
  for (const [row, answer] of answers.entries()) {
    await expect(predictions.nth(row).getByRole('cell').nth(column)).toHaveText(answer);
  }

  // What it is worth, by the column with the truth.
  const worth = ui.getByRole('region', { name: 'What the result is worth' });
  await worth.getByLabel('Truth').selectOption('Kauf');
  const right = sales.filter(({ bought }, row) => bought === answers[row]).length;
  await expect(worth.getByText(`${right} of ${sales.length} rows right`)).toBeVisible();
  const count = (truth: string, prediction: string) =>
    sales.filter(({ bought }, row) => bought === truth && answers[row] === prediction).length;
  const matrix = worth.getByRole('figure', { name: 'Confusion matrix' });
  await expect(matrix).toBeVisible();
  for (const truth of ['ja', 'nein']) {
    const cells = matrix.getByRole('row', { name: new RegExp(`^${truth} `) }).getByRole('cell');
    await expect(cells).toHaveText(
      ['ja', 'nein'].map((prediction) => String(count(truth, prediction) || '·')),
    );
  }
});
