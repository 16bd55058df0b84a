import type { AuditEntry, Me, Problem, SignInOptions } from '@meshdeck/shared';
import { certificateFor } from '@meshdeck/testing/network';
import { startSlapd, whyNoSlapd, type Slapd } from '@meshdeck/testing/people';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadHubConfig } from '../config/index.js';
import { ldapSettingsSchema } from '../config/identity-settings.js';
import { createLdapProvider } from '../users/ldap/ldap-provider.js';
import { openPeopleHub, shown, type Answer } from './fixtures/people-hub.js';

const why = whyNoSlapd();
const password = 'otter volcano spoon';
const suffix = 'dc=example,dc=org';
const groupDn = (name: string) => `cn=${name},ou=groups,${suffix}`;
const people = ['ada', 'bob', 'carl', 'dora', 'eve', 'fay'].map((uid) => ({
  uid,
  name: uid.toUpperCase(),
  password: `${uid} ${password}`,
}));
const parsed = <T>(answer: Answer): T => JSON.parse(answer.body) as T;
const startLimitMs = 120_000;

describe.skipIf(why !== null)(`signing in by LDAP${why === null ? '' : ` (${why})`}`, () => {
  let slapd: Slapd;
  let ca = '';

  beforeAll(async () => {
    const certificate = await certificateFor({ type: 'ip', value: '127.0.0.1' });
    ca = certificate.ca;
    slapd = await startSlapd({
      people,
      groups: { admins: ['ada', 'eve'], operators: ['ada', 'bob', 'eve'] },
      certificate,
    });
  }, startLimitMs);
  afterAll(() => slapd.stop());

  function provider(
    settings: Record<string, unknown> = {},
    parts: { ca?: string; bindPassword?: string } = {},
  ) {
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
    const ldap = createLdapProvider({
      settings: ldapSettingsSchema.parse({
        title: 'LDAP of the lab',
        url: slapd.url,
        bindDn: slapd.bindDn,
        base: `ou=people,${suffix}`,
        groupBase: `ou=groups,${suffix}`,
        roles: { admin: [`CN=admins, OU=groups, ${suffix}`], operator: [groupDn('operators')] },
        ...settings,
      }),
      ca: parts.ca ?? null,
      bindPassword: parts.bindPassword ?? slapd.bindPassword,
      logger,
    });
    return { ldap, lines };
  }

  async function openHub(settings: Record<string, unknown> = {}) {
    const { ldap, lines } = provider(settings);
    const hub = await openPeopleHub({ providers: [ldap] });
    const signInAs = (email: string, tried: string) =>
      hub.ask({
        method: 'POST',
        path: '/api/v1/sign-in',
        headers: { origin: hub.origin, 'content-type': 'application/json', ...shown },
        body: JSON.stringify({ email, password: tried }),
      });
    return { ...hub, signInAs, lines };
  }

  it('makes an account at the first sign-in, with the mightiest role of the groups, and finds it again', async () => {
    const { signInAs, services, withToken } = await openHub();
    const answer = await signInAs('ada@example.org', `ada ${password}`);
    expect(answer.status, answer.body).toBe(200);
    expect(parsed<Me>(answer)).toMatchObject({ role: 'admin', source: 'ldap', name: 'ADA' });
    const again = parsed<Me>(await signInAs(' ADA ', `ada ${password}`));
    expect(again.id).toBe(parsed<Me>(answer).id);
    expect(parsed<Me>(await signInAs('bob', `bob ${password}`))).toMatchObject({ role: 'operator' });
    expect(parsed<Me>(await signInAs('carl', `carl ${password}`))).toMatchObject({ role: 'user' });
    expect(services.people.accounts.find('ada@example.org').subject).toMatch(/^[\da-f-]{36}$/);
    const audit = await vi.waitFor(async () => {
      const { entries } = parsed<{ entries: AuditEntry[] }>(await withToken({ path: '/api/v1/audit' }));
      expect(entries.filter(({ action }) => action === 'sign-in')).toHaveLength(4);
      return entries;
    }, 10_000);
    expect(audit.some(({ target, outcome }) => target === 'carl@example.org' && outcome === 'done')).toBe(
      true,
    );
  });

  it.each([
    ['a wrong password', 'ada', 'wrong'],
    ['an empty password, with which a directory lets anybody in as nobody', 'ada', ''],
    ['everybody at once', '*', `ada ${password}`],
    ['a filter for a name', 'ada)(|(uid=*', `ada ${password}`],
    ['a filter that ends the filter', 'ada))(&(uid=*)', `ada ${password}`],
    ['a name in hex escapes', '\\61da', `ada ${password}`],
    ['a beginning of a name', 'ad*', `ada ${password}`],
    ['a null byte', 'ada\u0000', `ada ${password}`],
    ['a distinguished name', `uid=ada,ou=people,${suffix}`, `ada ${password}`],
    ['the account the hub looks people up with', `cn=hub,${suffix}`, 'directory secret'],
    ['nobody', '', `ada ${password}`],
    ['a thousand brackets', '('.repeat(400), 'x'],
  ])('refuses %s', async (_what, login, tried) => {
    const { signInAs, services } = await openHub();
    const answer = await signInAs(login, tried);
    expect([403, 400], answer.body).toContain(answer.status);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(services.people.admin.list()).toEqual([]);
  });

  it('takes over a role that changed in the directory at the next sign-in', async () => {
    const { signInAs, json } = await openHub();
    await json('POST', '/api/v1/people', {
      email: 'root@example.org',
      name: 'Root',
      role: 'admin',
      password,
    });
    const eve = () => signInAs('eve', `eve ${password}`);
    expect(parsed<Me>(await eve())).toMatchObject({ role: 'admin' });
    const member = `uid=eve,ou=people,${suffix}`;
    await slapd.modify(
      `dn: ${groupDn('admins')}\nchangetype: modify\ndelete: member\nmember: ${member}\n\n` +
        `dn: ${groupDn('operators')}\nchangetype: modify\ndelete: member\nmember: ${member}\n`,
    );
    expect(parsed<Me>(await eve())).toMatchObject({ role: 'user' });
  });

  it('keeps disabled accounts out, and whom no group lets in where the hub says so', async () => {
    const { signInAs, json } = await openHub({ otherwise: 'refuse' });
    expect((await signInAs('carl', `carl ${password}`)).status).toBe(403);
    const { id } = parsed<Me>(await signInAs('bob', `bob ${password}`));
    await json('PATCH', `/api/v1/people/${id}`, { state: 'disabled' });
    const answer = await signInAs('bob', `bob ${password}`);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('never takes over a local account of the same address', async () => {
    const { signInAs, json, services } = await openHub();
    await json('POST', '/api/v1/people', { email: 'ada@example.org', name: 'Local', role: 'user', password });
    expect((await signInAs('ada@example.org', `ada ${password}`)).status).toBe(403);
    // By another name of hers: known there, but the address is taken here.
    expect(parsed<Problem>(await signInAs('ada', `ada ${password}`))).toMatchObject({ code: 'conflict' });
    expect(services.people.accounts.find('ada@example.org')).toMatchObject({ via: 'local', role: 'user' });
  });

  it.each([
    ['ldaps', () => ({ url: slapd.secureUrl })],
    ['StartTLS', () => ({ url: slapd.url, startTls: true })],
  ])('goes over %s with an authority of its own, and refuses any other', async (_name, settings) => {
    const { ldap } = provider(settings(), { ca });
    expect(await ldap.check('fay', `fay ${password}`)).toMatchObject({ email: 'fay@example.org' });
    const stranger = await certificateFor({ type: 'ip', value: '127.0.0.1' });
    const refusal = { code: 'provider-unreachable' };
    await expect(provider(settings(), { ca: stranger.ca }).ldap.check('fay', 'x')).rejects.toMatchObject(
      refusal,
    );
    await expect(provider(settings()).ldap.check('fay', 'x')).rejects.toMatchObject(refusal);
  });

  it.each(['ldaps', 'StartTLS'])('refuses a certificate for another name over %s', async (kind) => {
    const certificate = await certificateFor({ type: 'dns', value: 'other.example.org' });
    const other = await startSlapd({ people, certificate });
    onTestFinished(() => other.stop());
    const settings = kind === 'ldaps' ? { url: other.secureUrl } : { url: other.url, startTls: true };
    const { ldap, lines } = provider(settings, { ca: certificate.ca });
    const check = ldap.check('fay', `fay ${password}`);
    await expect(check).rejects.toMatchObject({ code: 'provider-unreachable' });
    expect(lines.join('')).toMatch(/not in the cert's list|altnames/);
  });

  it('says on the sign-in page when the directory is down; local accounts get in, nobody is locked out', async () => {
    const own = await startSlapd({ people });
    onTestFinished(() => own.stop());
    const { ask, signInAs, json, lines } = await openHub({ url: own.url });
    await json('POST', '/api/v1/people', {
      email: 'root@example.org',
      name: 'Root',
      role: 'admin',
      password,
    });
    await own.kill();
    for (let tries = 0; tries < 8; tries += 1) {
      const answer = await signInAs('dora', `dora ${password}`);
      expect(parsed<Problem>(answer)).toMatchObject({ status: 503, code: 'provider-unreachable' });
    }
    const options = parsed<SignInOptions>(await ask({ path: '/api/v1/sign-in' }));
    expect(options.providers[0]?.problem).toBe(
      'LDAP of the lab cannot be asked right now. Try again later; accounts of this hub itself still get in.',
    );
    expect((await signInAs('root@example.org', password)).status).toBe(200);
    await own.start();
    expect((await signInAs('dora', `dora ${password}`)).status).toBe(200);
    expect(parsed<SignInOptions>(await ask({ path: '/api/v1/sign-in' })).providers[0]?.problem).toBeNull();
    expect(lines.join('')).not.toContain(password);
    expect(lines.join('')).not.toContain(slapd.bindPassword);
  });

  it('takes a wrong password of its own for a directory that cannot be asked, not for a wrong person', async () => {
    const { ldap, lines } = provider({}, { bindPassword: 'not it' });
    await expect(ldap.check('ada', `ada ${password}`)).rejects.toMatchObject({
      code: 'provider-unreachable',
    });
    expect(lines.join('')).not.toContain('not it');
  });
});

it('refuses a directory to which passwords would go in the clear', () => {
  const base = { base: suffix, url: 'ldap://directory.example.org' };
  expect(ldapSettingsSchema.safeParse(base).error?.issues[0]?.message).toContain('in the clear');
  expect(ldapSettingsSchema.safeParse({ ...base, startTls: true }).success).toBe(true);
  expect(loadHubConfig({ flags: {}, env: { MESHDECK_LDAP_PASSWORD: 'x' } }).identitySecrets.ldap).toBe('x');
});
