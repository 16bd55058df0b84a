import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckView, JobView } from '@meshdeck/shared';
import { callHub } from '@meshdeck/testing/mesh';
import { digitPictures, pngOf, zipOf } from '@meshdeck/testing/pictures';
import { digits, linesOf } from '@meshdeck/testing/tables';
import type { Page } from 'playwright/test';
import { dropFile } from './support/drop-file.js';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

const zone = (page: Page, name: string) => page.getByRole('group').filter({ has: page.getByLabel(name) });

function zipFile(folder: string, name: string, files: Parameters<typeof zipOf>[0]): string {
  const path = join(folder, name);
  writeFileSync(path, zipOf(files));
  return path;
}

test('runs a model over an archive of digits as pictures, and predicts what it predicts of their table', async ({
  folder,
  hub,
  ui,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const pictures = digitPictures();
  const archive = zipFile(folder, 'Ärger & Söhne (2) größe.zip', [
    ...pictures,
    { name: '__MACOSX/._digit-0011.png', data: Buffer.from('resource fork') },
  ]);
  await ui.getByRole('link', { name: 'Run', exact: true }).click();
  await dropFile(zone(ui, 'Model or app'), digits.model);
  await dropFile(zone(ui, 'Table (CSV)'), archive);

  const panel = ui.getByRole('region', { name: 'How these pictures are read' });
  await expect(panel).toContainText('8 x 8 pixels');
  await expect(panel).toContainText("pixel x 16/255, rounded to whole numbers by the model's metadata");
  await expect(panel).toContainText('1 file is left out: __MACOSX/._digit-0011.png (a file of macOS).');
  await expect(panel.getByRole('status')).toContainText(/^first 20 pictures, looked at by bench-1/);
  const preview = panel.getByRole('group', { name: 'First pictures predicted' });
  await expect(preview.getByRole('row').nth(1)).toContainText('digit-0011.png');

  await ui.getByRole('button', { name: 'Run on the mesh' }).click();
  await expect(ui.getByTestId('job-state')).toContainText('Succeeded', { timeout: 60_000 });
  await expect(ui.getByRole('region', { name: 'How its pictures were read' })).toContainText('8 x 8 pixels');
  const result = ui.getByRole('region', { name: 'Result', exact: true });
  await expect(result).toContainText('digit-0011.png');

  const [job] = (await callHub<{ jobs: JobView[] }>(hub, '/jobs')).jobs;
  expect(job).toMatchObject({
    state: 'succeeded',
    rows: 450,
    input: { name: 'Ärger & Söhne (2) größe.zip' },
  });
  const [ofPictures, ofTable] = [join(folder, 'pictures.csv'), join(folder, 'table.csv')];
  expect(await cli('jobs', 'download', job?.id ?? '', '--out', ofPictures)).toMatchObject({ code: 0 });
  const table = await cli('run', digits.model, '--input', digits.input, '--out', ofTable);
  expect(table.code, table.stderr).toBe(0);
  const predicted = linesOf(ofTable).map((line) => line.split(',').slice(66).join(','));
  const wanted = predicted.map((line, at) => `${at === 0 ? 'file' : pictures[at - 1]?.name},${line}`);
  expect(linesOf(ofPictures)).toEqual(wanted);
});

test('says which picture is broken, and what has to be told, and takes it from page and command line', async ({
  folder,
  ui,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const [good, other] = digitPictures(2);
  if (good === undefined || other === undefined) throw new Error('no digits');
  const broken = zipFile(folder, 'broken.zip', [
    good,
    { name: 'größe (2).png', data: other.data.subarray(0, 50) },
  ]);
  await ui.getByRole('link', { name: 'Run', exact: true }).click();
  await dropFile(zone(ui, 'Model or app'), digits.model);
  await dropFile(zone(ui, 'Table (CSV)'), broken);
  const sentence = 'The picture "größe (2).png" is broken: it ends too early.';
  const panel = ui.getByRole('region', { name: 'How these pictures are read' });
  await expect(panel.getByRole('alert')).toContainText(sentence);
  const refused = await cli('run', digits.model, '--input', broken, '--out', join(folder, 'p.csv'));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(sentence);

  // A folder, a model that says nothing of colours, and a word on it.
  const model = join(import.meta.dirname, '../mesh-node/src/runners/onnx/pictures/fixtures/classes.onnx');
  const red = join(folder, 'red.png');
  writeFileSync(red, pngOf(4, 4, Array.from({ length: 16 }, () => [255, 0, 0]).flat()));
  await dropFile(zone(ui, 'Model or app'), model);
  await dropFile(zone(ui, 'Table (CSV)'), red);
  await expect(panel.getByRole('alert')).toContainText(
    'says whether their colours are RGB, BGR or gray, and how pixels become numbers',
  );
  await panel.getByLabel('Colours').selectOption('bgr');
  await panel.getByLabel('Values').selectOption('unit');
  await expect(
    panel.getByRole('group', { name: 'First pictures predicted' }).getByRole('row').nth(1),
  ).toContainText('2');
  const told = await cli('check', model, '--input', red, '--pictures', 'channels=rgb,scale=1/255', '--json');
  expect(told.code, told.stderr).toBe(0);
  const check = JSON.parse(told.stdout) as CheckView;
  expect(check.preview?.rows[0]?.slice(0, 2)).toEqual(['red.png', '0']);

  const out = join(folder, 'of-folder.csv');
  writeFileSync(join(folder, 'notes.txt'), 'no picture');
  const ofFolder = await cli(
    'run',
    model,
    '--input',
    folder,
    '--out',
    out,
    '--pictures',
    'channels=rgb,scale=1/255',
  );
  expect(ofFolder.code, ofFolder.stderr).toBe(0);
  expect(readFileSync(out, 'utf8')).toMatch(/^file,prediction,.*\nred\.png,0,/);
});
