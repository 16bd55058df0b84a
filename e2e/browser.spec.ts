import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { SensorCredential } from '@meshdeck/shared';
import { callHub } from '@meshdeck/testing/mesh';
import { onPath } from '@meshdeck/testing/programs';
import { digits, linesOf, slowApp, writeFile } from '@meshdeck/testing/tables';
import type { Page } from 'playwright/test';
import { expectToMove } from './support/chart.js';
import { dropFile } from './support/drop-file.js';
import { expect, needsChromium, openSignedIn, test } from './support/fixtures.js';

needsChromium();

/** Where a file may be dropped: what stands around the file input of that name. */
const zone = (page: Page, name: string) => page.getByRole('group').filter({ has: page.getByLabel(name) });

test('approves a machine that shows the same code', async ({ hub, ui, startMachine }) => {
  await expect(ui.getByRole('heading', { name: 'Machines', level: 1 })).toBeVisible();
  const machine = startMachine('visitor', ['--hub', hub.ready.tls]);
  const { code } = await machine.event('waiting');
  const waiting = ui.getByRole('region', { name: 'Machines waiting for approval' });
  await expect(waiting.getByLabel(`Code ${String(code)}`)).toBeVisible();
  await waiting.getByRole('button', { name: 'Approve machine visitor' }).click();
  const dialog = ui.getByRole('dialog', { name: 'Compare the codes' });
  await expect(dialog.getByLabel(`Code ${String(code)}`)).toBeVisible();
  await dialog.getByRole('button', { name: 'The same: approve machine' }).click();
  await machine.event('joined');
  await expect(waiting).toHaveCount(0);
  await expect(ui.getByRole('link', { name: 'visitor' }).first()).toBeVisible();
});

test('takes a dropped model and a dropped table and hands back the predictions', async ({
  folder,
  ui,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  await ui.getByRole('link', { name: 'Run' }).click();
  await dropFile(zone(ui, 'Model or app'), digits.model);
  await dropFile(zone(ui, 'Table (CSV)'), digits.input);
  await ui.getByRole('button', { name: 'Run on the mesh' }).click();

  await expect(ui.getByTestId('job-state')).toContainText(/succeeded|done/i);
  const downloading = ui.waitForEvent('download');
  await ui.getByRole('link', { name: 'Download CSV' }).click();
  const out = join(folder, 'downloaded.csv');
  await (await downloading).saveAs(out);
  expect(linesOf(out)).toHaveLength(451);
  expect(linesOf(out)[0]).toMatch(/^id,.*,label,prediction/);
  await expect(ui.getByRole('region', { name: 'Why this machine?' })).toContainText('bench-1');
});

test('shows progress and the live log of a running job, and why it failed', async ({
  folder,
  ui,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const app = writeFile(folder, 'slow.mjs', `${slowApp(3)}\nthrow new Error('no such measurement');\n`);
  const table = writeFile(folder, 'a.csv', 'x\n1\n');
  await ui.getByRole('link', { name: 'Run' }).click();
  await ui.getByLabel('Model or app').setInputFiles(app);
  await ui.getByLabel('Table (CSV)').setInputFiles(table);
  await ui.getByRole('button', { name: 'Run on the mesh' }).click();
  await expect(ui.getByRole('progressbar', { name: 'Progress of the job' })).toBeVisible();
  await expect(ui.getByRole('region', { name: 'Log' })).toContainText('worked by');
  await expect(ui.getByRole('region', { name: 'Why it failed' })).toContainText(/no such measurement/, {
    timeout: 30_000,
  });
});

test("moves a machine's health chart while one looks", async ({ ui, joinMachines }) => {
  await joinMachines('bench-1');
  await ui.getByRole('link', { name: 'bench-1' }).first().click();
  await expect(ui.getByRole('heading', { name: 'bench-1', level: 1 })).toBeVisible();
  await expectToMove(ui, 'CPU and memory free');
});

test('shows a note in every browser at once, finds the machine by it, and removes it with the machine', async ({
  hub,
  cli,
  ui,
  browser,
  joinMachines,
}) => {
  await joinMachines('bench-1', 'bench-2');
  const { url } = await callHub<{ url: string }>(hub, '/ui-links', { method: 'POST' });
  const other = await browser.newPage();
  await openSignedIn(other, url);
  for (const page of [ui, other]) await page.goto(`${hub.ready.url}/machines/bench-1`);
  const notes = (page: Page) => page.getByRole('region', { name: 'Notes on bench-1' }).getByRole('listitem');
  await ui.getByLabel('New note').fill('Fan is loud, do not use for long jobs');
  await ui.getByRole('button', { name: 'Add note' }).click();
  await expect(notes(other)).toContainText('Fan is loud, do not use for long jobs');

  const added = await cli('nodes', 'notes', 'bench-2', 'add', 'Belongs to Lab 3');
  expect(added, added.stderr).toMatchObject({ code: 0 });
  const found = await cli('nodes', 'notes', '--search', 'lab 3');
  expect(found.stdout).toMatch(/bench-2 +Belongs to Lab 3/);
  const filtered = other.getByRole('region', { name: 'Joined machines' });
  await other.getByRole('link', { name: 'Machines' }).first().click();
  await other.getByLabel('Filter machines').fill('loud');
  await expect(filtered.getByRole('link', { name: 'bench-1' })).toBeVisible();
  await expect(filtered.getByRole('link', { name: 'bench-2' })).toHaveCount(0);

  await ui.getByRole('button', { name: /^Remove note/ }).click();
  await ui.getByRole('dialog').getByRole('button', { name: 'Remove note' }).click();
  await expect(notes(ui)).toHaveCount(0);
  await expect(filtered).toContainText('No machine matches this filter.');
  expect(await cli('nodes', 'remove', 'bench-2')).toMatchObject({ code: 0 });
  await expect
    .poll(async () => (await cli('nodes', 'notes', '--json')).stdout.trim(), { timeout: 20_000 })
    .toBe('[]');
  await other.close();
});

test("moves a sensor's chart as mosquitto_pub publishes, and hands out the readings", async ({
  folder,
  cli,
  ui,
}) => {
  test.skip(onPath('mosquitto_pub') === null, 'needs mosquitto_pub: apt-get install mosquitto-clients');
  const registered = await cli('sensors', 'register', 'Greenhouse', '--unit', 'temperature=°C', '--json');
  const { sensor, username, password, brokerUrl } = JSON.parse(registered.stdout) as SensorCredential;
  const { hostname, port } = new URL(brokerUrl);
  const publish = (temperature: number): void => {
    const where = ['-h', hostname, '-p', port, '-u', username, '-P', password, '-t', sensor.topic];
    const sent = spawnSync('mosquitto_pub', [...where, '-m', JSON.stringify({ temperature })]);
    expect(sent.stderr.toString()).toBe('');
    expect(sent.status).toBe(0);
  };
  publish(20);
  publish(20.5);
  await ui.getByRole('link', { name: 'Sensors' }).click();
  await ui.getByRole('link', { name: 'Greenhouse' }).first().click();
  await expect(ui.getByRole('heading', { name: 'Greenhouse', level: 1 })).toBeVisible();
  let temperature = 21;
  const timer = setInterval(() => publish((temperature += 0.5)), 500);
  try {
    await expectToMove(ui, 'temperature');
  } finally {
    clearInterval(timer);
  }
  await expect(ui.getByRole('figure', { name: 'temperature over time' })).toContainText(/2\d(\.\d+)? °C/);

  const out = join(folder, 'readings.csv');
  const exported = await cli('series', 'export', sensor.id, '--from', '1h', '--out', out);
  expect(exported, exported.stderr).toMatchObject({ code: 0 });
  expect(readFileSync(out, 'utf8')).toMatch(/20\.5/);
});

test('lets nobody in without a link, and a link in only once', async ({ hub, ui, browser }) => {
  const stranger = await browser.newPage();
  await stranger.goto(hub.ready.url);
  await expect(stranger.getByRole('heading', { level: 1, name: 'Machines' })).toHaveCount(0);
  await expect(stranger.getByText(/ui-link/)).toBeVisible();
  expect((await fetch(`${hub.ready.url}/api/v1/nodes`)).status).toBe(401);
  await expect(ui.getByRole('heading', { level: 1, name: 'Machines' })).toBeVisible();
  await stranger.close();
});
