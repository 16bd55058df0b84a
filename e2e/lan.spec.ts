import { callHub, runCli } from '@meshdeck/testing/mesh';
import { keyOf, person } from '@meshdeck/testing/people';
import { expectToMove } from './support/chart.js';
import { expect, needsChromium, test } from './support/fixtures.js';
import type { HubView } from '@meshdeck/shared';

needsChromium();

test('lets people in from the network over HTTPS, live charts and all, once they have signed in', async ({
  hub,
  browser,
  joinMachines,
}) => {
  test.setTimeout(120_000);
  await joinMachines('bench-1');
  await callHub(hub, '/people', { method: 'POST', json: person });
  const { people } = await callHub<HubView>(hub, '/hub');
  const address = people?.urls[0] ?? '';
  expect(address).toMatch(/^https:/);

  // A browser refuses the certificate until somebody has compared it.
  const careful = await (await browser.newContext()).newPage();
  await expect(careful.goto(address)).rejects.toThrow(/ERR_CERT/);

  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  // The first account is made on the hub's own computer, and nowhere else.
  await expect(page.getByRole('link', { name: 'Create the admin' })).toHaveCount(0);
  await page.getByLabel(/E-mail address/).fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'bench-1' }).first().click();
  await expectToMove(page, 'CPU and memory free', 1);

  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' });
  expect(cookie?.name).toMatch(/^__Host-/);
  await page.goto(`${address}/settings`);
  const facts = page.getByRole('region', { name: 'This hub' });
  await expect(facts).toContainText(people?.certificate.fingerprint ?? '-');
  await expect(facts).toContainText(address);
  expect(complaints).toEqual([]);
});

test('the command line elsewhere believes one certificate, and a key of an account', async ({ hub, cli }) => {
  const { people } = await callHub<HubView>(hub, '/hub');
  const address = people?.urls[0] ?? '';
  const fingerprint = people?.certificate.fingerprint ?? '';
  const status = await cli('status');
  expect(status.stdout).toContain(address);
  expect(status.stdout).toContain(fingerprint);

  const away = (token: string, ...args: string[]) =>
    runCli(['status', '--json', '--hub', address, ...args], { env: { MESHDECK_TOKEN: token } });
  const unknown = await away(hub.token);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(
    /No authority that this computer trusts signed the certificate.*--fingerprint/,
  );
  const other = await away(hub.token, '--fingerprint', 'ab'.repeat(32));
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/another certificate than the fingerprint you gave/);
  const nonsense = await away(hub.token, '--fingerprint', 'abc');
  expect(nonsense.stderr).toMatch(/no SHA-256 fingerprint/);

  // The data folder's own token is good on the hub's own computer only.
  const colons = fingerprint.toUpperCase().replace(/(..)(?!$)/g, '$1:');
  const token = await away(hub.token, '--fingerprint', colons);
  expect(token.code).toBe(1);
  const key = await keyOf(hub);
  const known = await away(key, '--fingerprint', colons);
  expect(known, known.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(known.stdout)).toMatchObject({ hub: { people: { urls: people?.urls } } });
});
