import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelView } from '@meshdeck/shared';
import { root } from '@meshdeck/testing/checkout';
import { callHub } from '@meshdeck/testing/mesh';
import { linesOf } from '@meshdeck/testing/tables';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

const fixture = (name: string) => join(root, `mesh-node/src/runners/onnx/fixtures/${name}.onnx`);

test('tells what a model takes and gives before any machine is there, and what changed in a new version', async ({
  folder,
  hub,
  ui,
  cli,
}) => {
  // Two models under one name: three numbers and a sum, then a town and an amount.
  const path = join(folder, 'sales.onnx');
  const push = async (name: string): Promise<string> => {
    copyFileSync(fixture(name), path);
    const pushed = await cli('apps', 'push', path, '--json');
    expect(pushed.code, pushed.stderr).toBe(0);
    return (JSON.parse(pushed.stdout) as { version: string }).version;
  };
  const before = await push('places');
  const after = await push('towns');

  await ui.getByRole('link', { name: 'Apps', exact: true }).click();
  await ui.getByRole('button', { name: 'sales', exact: true }).click();
  await ui.getByRole('link', { name: 'What it takes and gives, and what it costs' }).click();
  await expect(ui.getByRole('heading', { level: 1 })).toHaveText('sales');
  const about = ui.getByRole('region', { name: 'About this app' });
  await expect(about).toContainText('meshdeck-fixtures');
  await expect(about).toContainText('2: ja, nein');
  const takes = ui.getByRole('region', { name: 'What it takes' });
  await expect(takes).toContainText('One text for each row, from the column of this name.');
  await expect(takes).toContainText('Values it knows: Basel, Köln, Zürich.');
  const gives = ui.getByRole('region', { name: 'What it gives' });
  await expect(gives).toContainText('Class of 2: ja, nein.');
  await expect(ui.getByRole('region', { name: 'Speed of sales' })).toContainText('Nothing is known yet');

  const versions = ui.getByRole('region', { name: 'Versions' });
  await versions.getByLabel('Compared with').selectOption(before);
  const changes = versions.getByRole('table', { name: 'What changed' });
  await expect(changes.getByRole('columnheader')).toHaveText(['What', before, after]);
  await expect(changes.getByRole('row', { name: /^Input Ort/ })).toContainText('string [?, 1]');
  await expect(changes.getByRole('row', { name: /^Classes/ })).toContainText('2: ja, nein');
  const told = await cli('apps', 'model', 'sales', '--against', before);
  expect(told.stdout).toMatch(/Input Ort +– +string \[\?, 1\]/);
  await versions.getByLabel('Shown on this page').selectOption(before);
  await expect(takes).toContainText('3 numbers for each row');

  const old = await callHub<ModelView>(hub, `/apps/sales/model?version=${before}`);
  expect(old).toMatchObject({ version: before, facts: { classesTotal: 0 }, problem: null });
});

test('gives an example that runs, says what runs cost, and holds a table against any other', async ({
  folder,
  hub,
  ui,
  cli,
  joinMachines,
}) => {
  expect((await cli('apps', 'push', fixture('towns'))).code).toBe(0);
  await ui.goto(new URL('/apps/towns', hub.ready.url).href);
  const link = ui.getByRole('link', { name: 'Example table' });
  const [download] = await Promise.all([ui.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe('towns-example.csv');
  const example = join(folder, 'example.csv');
  await download.saveAs(example);
  expect(linesOf(example)[0]).toBe('Ort,Betrag');
  const written = join(folder, 'written.csv');
  expect((await cli('apps', 'model', 'towns', '--example', written)).code).toBe(0);
  expect(readFileSync(written)).toEqual(readFileSync(example));

  await joinMachines('bench-1');
  const out = join(folder, 'out.csv');
  for (let run = 0; run < 2; run += 1) {
    const ran = await cli('run', 'towns', '--input', example, '--out', out);
    expect(ran.code, ran.stderr).toBe(0);
  }
  expect(linesOf(out).map((line) => line.split(',')[2])).toEqual(['prediction', 'nein', 'nein', 'ja']);
  await ui.reload();
  const speed = ui.getByRole('row', { name: 'Speed on bench-1' });
  await expect(speed).toContainText(/rows\/s.* for 1,000 rows/);
  await expect(speed).toContainText('2 runs');

  const { jobs } = await callHub<{ jobs: { id: string }[] }>(hub, '/jobs');
  await ui.goto(new URL(`/jobs/${jobs[0]?.id}`, hub.ready.url).href);
  const drift = ui.getByRole('region', { name: 'Beside earlier tables' });
  const [asked] = await Promise.all([
    ui.waitForRequest((request) => request.url().includes(`against=${jobs[1]?.id}`)),
    drift.getByLabel('Held against').selectOption(jobs[1]?.id ?? ''),
  ]);
  expect((await asked.response())?.status()).toBe(200);
  await expect(drift.getByLabel('Held against')).toHaveValue(jobs[1]?.id ?? '');
});
