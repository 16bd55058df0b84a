import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppView, CheckView, JobView } from '@meshdeck/shared';
import { root } from '@meshdeck/testing/checkout';
import { callHub } from '@meshdeck/testing/mesh';
import { digits, linesOf, writeFile } from '@meshdeck/testing/tables';
import type { Page } from 'playwright/test';
import { dropFile } from './support/drop-file.js';
import { expect, needsChromium, test } from './support/fixtures.js';
import { callFrom } from './support/page-call.js';

needsChromium();

/** Sums the three values of each row; it has no names for them. */
const sums = join(root, 'mesh-node/src/runners/onnx/fixtures/double-matrix.onnx');
const zone = (page: Page, name: string) => page.getByRole('group').filter({ has: page.getByLabel(name) });

test('shows how a dropped table is read, takes a word on it, runs by it, and the command line tells the same', async ({
  folder,
  hub,
  ui,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const table = writeFile(folder, 'shifts.csv', 'shift;a;b;c\n7;1;2;3\n8;10;20;30,5\n');
  await ui.getByRole('link', { name: 'Run', exact: true }).click();
  await dropFile(zone(ui, 'Model or app'), sums);
  await dropFile(zone(ui, 'Table (CSV)'), table);

  // Four columns of numbers for three values: nobody can know which is none.
  const panel = ui.getByRole('region', { name: 'How this table is read' });
  const refusal = panel.getByRole('alert');
  await expect(refusal).toContainText('takes 3 number columns');
  const sentence = (await refusal.locator('p').first().innerText()).trim();
  await expect(panel).toContainText('semicolon between columns');
  await expect(panel.getByRole('radio', { name: /^1 shift;a;b;c/ })).toBeEnabled();
  const refused = await cli('check', sums, '--input', table);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toBe(`meshdeck: ${sentence}\n`);
  expect(refused.stdout).toContain('semicolon between columns');

  // By keyboard: the box of the column, then the switch.
  await panel.getByRole('group', { name: 'Put aside' }).getByRole('checkbox', { name: 'shift' }).focus();
  await ui.keyboard.press('Space');
  await expect(refusal).toHaveCount(0);
  await expect(panel).toContainText('x from 3 columns');
  const preview = panel.getByRole('group', { name: 'First rows predicted' });
  await expect(preview.getByRole('row')).toContainText(['prediction', '6', '60.5']);
  await expect(panel.getByRole('status')).toContainText(/^2 rows, looked at by bench-1/);
  const told = await cli('check', sums, '--input', table, '--aside', 'shift', '--json');
  expect(told.code, told.stderr).toBe(0);
  const check = JSON.parse(told.stdout) as CheckView;
  expect(check).toMatchObject({ ok: true, rows: 2, complete: true, reading: { told: { aside: ['shift'] } } });
  expect(check.preview?.rows.map((row) => row.at(-1))).toEqual(['6', '60.5']);

  await panel.getByRole('switch', { name: 'Remember for this app' }).press('Space');
  await ui.getByRole('button', { name: 'Run on the mesh' }).click();
  // A machine without CPU to spare takes no job: where others use it, the job waits.
  await expect(ui.getByTestId('job-state')).toContainText('Succeeded', { timeout: 60_000 });
  const kept = ui.getByRole('region', { name: 'How its table was read' });
  await expect(kept).toContainText('aside: shift');
  await expect(ui.getByRole('region', { name: 'Result' }).getByRole('columnheader')).toHaveText([
    /^Row/,
    /^prediction/,
    /^shift/,
    /^a/,
    /^b/,
    /^c/,
  ]);

  const [job] = (await callHub<{ jobs: JobView[] }>(hub, '/jobs')).jobs;
  expect(job).toMatchObject({ state: 'succeeded', rows: 2 });
  const app = await callHub<AppView>(hub, '/apps/double-matrix');
  expect(app.reading).toEqual({ aside: ['shift'] });
  const result = join(folder, 'result.csv');
  expect(await cli('jobs', 'download', job?.id ?? '', '--out', result)).toMatchObject({ code: 0 });
  expect(linesOf(result)).toEqual(['shift;a;b;c;prediction', '7;1;2;3;6', '8;10;20;30,5;60.5']);
});

test('goes by what an app remembers until it is forgotten; what ran keeps what it was told', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const table = writeFile(folder, 'shifts.csv', 'shift;a;b;c\n7;1;2;3\n8;10;20;30,5\n');
  const [first, again] = [join(folder, 'first.csv'), join(folder, 'again.csv')];
  const told = await cli('run', sums, '--input', table, '--aside', 'shift', '--remember', '--out', first);
  expect(told.code, told.stderr).toBe(0);
  expect(linesOf(first)).toEqual(['shift;a;b;c;prediction', '7;1;2;3;6', '8;10;20;30,5;60.5']);
  const [job] = (await callHub<{ jobs: JobView[] }>(hub, '/jobs')).jobs;

  // The next run needs no word, and gives the same bytes.
  expect(await cli('run', 'double-matrix', '--input', table, '--out', again)).toMatchObject({ code: 0 });
  expect(readFileSync(again)).toEqual(readFileSync(first));
  expect((await cli('jobs', 'show', job?.id ?? '')).stdout).toMatch(/Told +aside: shift/);

  // Once it has forgotten, the run is refused, and says how to look closer.
  expect(await cli('apps', 'reading', 'double-matrix', '--clear')).toMatchObject({ code: 0 });
  const lost = await cli('run', 'double-matrix', '--input', table, '--out', again);
  expect(lost.code).toBe(1);
  expect(lost.stderr).toContain('takes 3 number columns');
  expect(lost.stderr).toContain(`meshdeck check double-matrix --input ${table}`);

  const rerun = await callHub<JobView>(hub, `/jobs/${job?.id ?? ''}/rerun`, { method: 'POST' });
  const repeated = await callHub<JobView>(hub, `/jobs/${rerun.id}?wait=60`);
  expect(repeated).toMatchObject({ state: 'succeeded', output: { sha256: job?.output?.sha256 } });
  expect(await cli('jobs', 'verify', repeated.id)).toMatchObject({ code: 0 });
});

test('remembers for the app that was run and no other, though the lab has the same model', async ({
  folder,
  hub,
  cli,
  browser,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const table = writeFile(folder, 'shifts.csv', 'shift;a;b;c\n7;1;2;3\n8;10;20;30,5\n');
  expect(await cli('apps', 'push', sums)).toMatchObject({ code: 0 });
  const account = { name: 'Bob', email: 'bob@example.org', password: 'otter volcano spoon' };
  await callHub(hub, '/people', { method: 'POST', json: { ...account, role: 'user' } });
  const bob = await (await browser.newContext()).newPage();
  await bob.goto(hub.ready.url);
  await bob.getByLabel(/E-mail address/).fill(account.email);
  await bob.getByLabel('Password', { exact: true }).fill(account.password);
  await bob.getByRole('button', { name: 'Sign in', exact: true }).click();
  await bob.getByRole('link', { name: 'Run', exact: true }).click();

  // Whoever keeps to their own runs the lab's app, and says nothing for everybody.
  await bob.getByLabel('App from the repository').selectOption('lab/double-matrix');
  await dropFile(zone(bob, 'Table (CSV)'), table);
  const panel = bob.getByRole('region', { name: 'How this table is read' });
  const aside = panel.getByRole('group', { name: 'Put aside' }).getByRole('checkbox', { name: 'shift' });
  const remember = panel.getByRole('switch', { name: 'Remember for this app' });
  await aside.press('Space');
  await expect(panel).toContainText('x from 3 columns');
  await expect(remember).toBeDisabled();

  // The same model dropped is their own, and nothing is said of that one yet.
  await bob.getByRole('button', { name: 'Take away double-matrix' }).click();
  await dropFile(zone(bob, 'Model or app'), sums);
  await expect(panel.getByRole('alert')).toContainText('takes 3 number columns');
  await aside.press('Space');
  await expect(panel).toContainText('x from 3 columns');
  await remember.press('Space');
  await bob.getByRole('button', { name: 'Run on the mesh' }).click();
  await expect(bob.getByTestId('job-state')).toContainText('Succeeded', { timeout: 60_000 });
  const own = JSON.parse((await callFrom(bob, '/apps/double-matrix')).text) as AppView;
  expect(own).toMatchObject({ whose: 'yours', reading: { aside: ['shift'] } });
  const labs = await callHub<AppView>(hub, '/apps/lab%2Fdouble-matrix');
  expect([labs.bundle.sha256, labs.reading]).toEqual([own.bundle.sha256, {}]);
  expect((await cli('check', 'double-matrix', '--input', table)).code).toBe(1);
  const bobs = await cli('check', 'Bob/double-matrix', '--input', table);
  expect(bobs.code, bobs.stderr).toBe(0);
  expect(bobs.stderr).toContain('double-matrix is an app of Bob');
  await bob.context().close();
});

test('waits for a machine that can look, and looks at samples and programs as well', async ({
  ui,
  joinMachines,
}) => {
  await ui.getByRole('link', { name: 'Run', exact: true }).click();
  await dropFile(zone(ui, 'Model or app'), digits.model);
  await dropFile(zone(ui, 'Table (CSV)'), digits.input);
  const panel = ui.getByRole('region', { name: 'How this table is read' });
  await expect(panel).toContainText('No machine is active');
  await joinMachines('bench-1');
  await expect(panel).toContainText('looked at by bench-1');
  await expect(panel.getByRole('group', { name: 'First rows predicted' })).toContainText('prediction');

  await ui.getByRole('button', { name: 'Sample Sensor outliers' }).click();
  await expect(panel).toContainText('The app reads the table itself');
  await expect(panel.getByRole('group', { name: 'Put aside' })).toHaveCount(0);
  await ui.getByRole('button', { name: 'Take away Sensor outliers' }).click();
  await expect(panel).toHaveCount(0);
});

test('says on the command line what stands in the way of a look', async ({ folder, cli, joinMachines }) => {
  const nobody = await cli('check', digits.app, '--input', digits.input);
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  expect(nobody.stderr).toContain('No machine can look at the table. No machine has joined yet.');
  await joinMachines('bench-1');
  const broken = await cli('check', writeFile(folder, 'bad.onnx', 'no model'), '--input', digits.input);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toMatch(/ONNX/);
  // Of a large table the first rows are sent, and the run is as large as ever.
  const [header = '', ...rows] = linesOf(digits.input);
  const large = writeFile(folder, 'large.csv', `${header}\n${`${rows.join('\n')}\n`.repeat(160)}`);
  const look = await cli('check', digits.app, '--input', large, '--json');
  expect(look.code, look.stderr).toBe(0);
  const check = JSON.parse(look.stdout) as CheckView;
  expect(check).toMatchObject({ ok: true, complete: false });
  expect(check.rows).toBeGreaterThan(1000);
  expect(check.rows).toBeLessThan(5000);
});
