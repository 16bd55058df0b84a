import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@meshdeck/testing/checkout';
import { callHub } from '@meshdeck/testing/mesh';
import { onPath } from '@meshdeck/testing/programs';
import { digits, linesOf } from '@meshdeck/testing/tables';
import type { Browser, Page } from 'playwright/test';
import type { JobView } from '@meshdeck/shared';
import { expect, needsChromium, test } from './support/fixtures.js';
import { callFrom } from './support/page-call.js';

needsChromium();

const password = 'otter volcano spoon';

async function newPage(browser: Browser): Promise<Page> {
  // Links for others lead to the hub’s door to the network, whose certificate is its own.
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  return context.newPage();
}

async function fillAccount(page: Page, account: { email?: string; name: string }): Promise<void> {
  if (account.email !== undefined) await page.getByLabel('E-mail address').fill(account.email);
  await page.getByLabel('Name').fill(account.name);
  await page.getByLabel('Password', { exact: true }).fill(password);
}

async function invite(admin: Page, email: string, role: string): Promise<string> {
  await admin.getByRole('button', { name: 'Invite person' }).click();
  await admin.getByLabel('E-mail address').fill(email);
  await admin.getByLabel('Role', { exact: true }).selectOption(role);
  await admin.getByRole('button', { name: 'Create invitation' }).click();
  const link = await admin.getByRole('dialog').locator('code').innerText();
  await admin.getByRole('button', { name: 'Done' }).click();
  return link;
}

async function accept(browser: Browser, link: string, name: string): Promise<Page> {
  const page = await newPage(browser);
  await page.goto(link);
  await fillAccount(page, { name });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Machines', level: 1 })).toBeVisible();
  return page;
}

test('takes a new user from the invitation to their own predictions, and nobody else to them', async ({
  folder,
  hub,
  ui,
  browser,
  joinMachines,
}) => {
  test.skip(onPath('curl') === null, 'needs curl: apt-get install curl');
  test.setTimeout(180_000);
  await joinMachines('bench-1');

  // The admin is made by whoever uses the hub's own computer.
  await ui.getByRole('link', { name: 'Create the admin' }).click();
  await fillAccount(ui, { email: 'ada@example.org', name: 'Ada' });
  await ui.getByRole('button', { name: 'Create admin' }).click();
  await expect(ui.getByRole('row', { name: 'Person Ada' })).toBeVisible();

  const bobsLink = await invite(ui, 'bob@example.org', 'user');
  const evesLink = await invite(ui, 'eve@example.org', 'user');
  const olgasLink = await invite(ui, 'olga@example.org', 'operator');

  // The user runs a job and gets the result.
  const bob = await accept(browser, bobsLink, 'Bob');
  await expect(bob.getByRole('link', { name: 'People' })).toHaveCount(0);
  await bob.getByRole('link', { name: 'Run' }).click();
  await bob.getByLabel('Model or app').setInputFiles(digits.model);
  await bob.getByLabel('Table (CSV)').setInputFiles(digits.input);
  await bob.getByRole('button', { name: 'Run on the mesh' }).click();
  await expect(bob.getByTestId('job-state')).toContainText(/succeeded|done/i, { timeout: 60_000 });
  const jobId = new URL(bob.url()).pathname.split('/').at(-1) ?? '';
  const downloading = bob.waitForEvent('download');
  await bob.getByRole('link', { name: 'Download CSV' }).click();
  const out = join(folder, 'bobs.csv');
  await (await downloading).saveAs(out);
  expect(linesOf(out)).toHaveLength(451);

  // An invitation makes one account.
  const late = await newPage(browser);
  await late.goto(bobsLink);
  await expect(late.getByRole('alert')).toContainText('used already');

  // Another user sees nothing of it, not even live; an operator does.
  const eve = await accept(browser, evesLink, 'Eve');
  await eve.getByRole('link', { name: 'Jobs' }).click();
  await expect(eve.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  await expect(eve.getByRole('row', { name: /^Job / })).toHaveCount(0);
  const seen = await Promise.all(
    ['', '/output', '/logs', '/why'].map(
      async (part) => (await callFrom(eve, `/jobs/${jobId}${part}`)).status,
    ),
  );
  expect(seen).toEqual([404, 404, 404, 404]);
  // Knowing what a file is called by its content is not enough to work on it.
  const { app, input } = await callHub<JobView>(hub, `/jobs/${jobId}`);
  const job = { app: { name: app.ref ?? app.name }, input: { sha256: input.sha256, name: 'x.csv' } };
  expect((await callFrom(eve, '/jobs', job)).status).toBe(404);
  const olga = await accept(browser, olgasLink, 'Olga');
  await olga.getByRole('link', { name: 'Jobs' }).click();
  await expect(olga.getByRole('row', { name: /^Job / })).toContainText('Bob');

  // An API key works with curl as docs/api.md says.
  await bob.goto(new URL('/account', bob.url()).href);
  await bob.getByRole('button', { name: 'Create key' }).click();
  const dialog = bob.getByRole('dialog');
  await dialog.getByLabel('Name').fill('nightly');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const key = await dialog.locator('code').first().innerText();
  const commands =
    /```sh key\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/api.md'), 'utf8'))?.[1] ?? '';
  expect(commands).toContain('curl');
  const run = (token: string) =>
    spawnSync('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd: folder,
      env: { ...process.env, HUB: hub.ready.url, MESHDECK_TOKEN: token, JOB: jobId },
      encoding: 'utf8',
      timeout: 60_000,
    });
  const ran = run(key);
  expect(ran.status, ran.stderr).toBe(0);
  expect(ran.stdout).toContain(jobId);
  expect(linesOf(join(folder, 'predictions.csv'))).toHaveLength(451);
  expect(run(`${key.slice(0, -1)}x`).status).not.toBe(0);

  // Disabled: the open page and the key end at once.
  await ui.getByRole('button', { name: 'Actions for Bob' }).click();
  await ui.getByRole('menuitem', { name: /^Disable/ }).click();
  await expect(ui.getByRole('row', { name: 'Person Bob' })).toContainText('Disabled');
  expect(run(key).status).not.toBe(0);
  await bob.goto(new URL('/jobs', bob.url()).href);
  await expect(bob.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  // The audit tells the story.
  await ui.getByRole('link', { name: 'Audit' }).click();
  const table = ui.getByRole('table');
  for (const [who, what] of [
    ['This computer', 'people.manage ada@example.org'],
    ['Ada', 'people.manage bob@example.org'],
    ['Bob', 'register bob@example.org'],
    ['Bob', `jobs.create ${jobId}`],
    ['Bob', `jobs.download ${jobId}`],
    ['Eve', `jobs.read ${jobId}`],
    ['Bob', 'keys.create'],
    ['Somebody unknown', 'jobs'],
  ] as const) {
    await expect(
      table.getByRole('row').filter({ hasText: who }).filter({ hasText: what }).first(),
      `${who} ${what}`,
    ).toBeVisible();
  }
  const { text: csv } = await callFrom(ui, '/audit/export?format=csv');
  expect(csv).toContain('bob@example.org');
  expect(csv).not.toContain(key);
});
