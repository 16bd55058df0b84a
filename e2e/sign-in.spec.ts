import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callHub, privateHubFlags, startHub } from '@meshdeck/testing/mesh';
import { startOidcServer, startSlapd, whyNoSlapd } from '@meshdeck/testing/people';
import { expect, needsChromium, test } from './support/fixtures.js';

needsChromium();

const password = 'otter volcano spoon';

test('lets people of a directory and of an OpenID Connect provider in, and says when they are down', async ({
  folder,
  page,
}) => {
  test.skip(whyNoSlapd() !== null, whyNoSlapd() ?? '');
  test.setTimeout(180_000);
  const slapd = await startSlapd({
    people: [{ uid: 'ada', name: 'Ada', password }],
    groups: { operators: ['ada'] },
  });
  const provider = await startOidcServer({
    people: { bob: { name: 'Bob', email: 'bob@example.org', email_verified: true, groups: ['lab-admins'] } },
  });
  writeFileSync(join(folder, 'ldap-password'), `${slapd.bindPassword}\n`, { mode: 0o600 });
  const config = {
    ldap: {
      title: 'LDAP of the lab',
      url: slapd.url,
      bindDn: slapd.bindDn,
      bindPasswordFile: 'ldap-password',
      base: 'ou=people,dc=example,dc=org',
      groupBase: 'ou=groups,dc=example,dc=org',
      roles: { operator: ['cn=operators,ou=groups,dc=example,dc=org'] },
    },
    oidc: {
      title: 'the university',
      issuer: provider.issuer,
      clientId: provider.clientId,
      roles: { admin: ['lab-admins'] },
    },
  };
  writeFileSync(join(folder, 'hub.json'), JSON.stringify(config));
  const hub = await startHub({
    dataDir: join(folder, 'hub'),
    flags: [...privateHubFlags, '--config', join(folder, 'hub.json')],
    env: { MESHDECK_OIDC_SECRET: provider.clientSecret },
  });
  try {
    const { url } = hub.ready;
    provider.allow(new URL('/api/v1/sign-in/oidc/callback', url).href);
    const inside = page.getByRole('heading', { name: 'Machines', level: 1 });

    await page.goto(url);
    await page.getByLabel(/E-mail address/).fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByText('do not open an account')).toBeVisible();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(inside).toBeVisible();
    expect(hub.output()).not.toContain(slapd.bindPassword);

    await page.context().clearCookies();
    await page.goto(url);
    await page.getByRole('button', { name: 'Sign in with the university' }).click();
    await page.locator('input[name=login]').fill('bob');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    // What the provider asks next: whether the hub may know.
    await page.locator('button[type=submit]').click();
    await expect(inside).toBeVisible();
    await page.goto(new URL('/settings', url).href);
    const others = page.getByRole('region', { name: 'Other ways to sign in' });
    await expect(others.getByText('Running')).toHaveCount(2);

    await callHub(hub, '/people', {
      method: 'POST',
      json: { email: 'root@example.org', name: 'Root', role: 'admin', password },
    });
    await slapd.kill();
    await provider.stop();
    await expect(others.getByText('cannot be asked right now')).toHaveCount(2, { timeout: 60_000 });
    await page.context().clearCookies();
    await page.goto(url);
    await expect(page.getByText('LDAP of the lab cannot be asked right now')).toBeVisible();
    await page.getByRole('button', { name: 'Sign in with the university' }).click();
    await expect(page.getByRole('alert')).toContainText('cannot be asked right now');
    await page.screenshot({ path: test.info().outputPath('down.png'), fullPage: true });
    await page.getByLabel(/E-mail address/).fill('root@example.org');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(inside).toBeVisible();
  } finally {
    await hub.stop();
    await slapd.stop();
    await provider.stop().catch(() => undefined);
  }
});
