import { originKeyHeader, type AuditEntry, type Me, type SignInOptions } from '@meshdeck/shared';
import { startOidcServer, type OidcServer } from '@meshdeck/testing/people';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { oidcSettingsSchema } from '../config/identity-settings.js';
import { createOidcProvider } from '../users/oidc/oidc-provider.js';
import { beginAtProvider, createBrowser, signInAtProvider } from './fixtures/browser.js';
import { openPeopleHub, shown } from './fixtures/people-hub.js';

const password = 'otter volcano spoon';
const verified = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  email: `${name.toLowerCase()}@example.org`,
  email_verified: true,
  ...more,
});

describe('signing in by OpenID Connect', () => {
  let server: OidcServer;

  beforeAll(async () => {
    server = await startOidcServer({
      people: {
        ada: verified('Ada', { groups: ['staff', 'lab-admins'] }),
        bob: verified('Bob', { groups: 'lab-operators' }),
        carl: verified('Carl'),
        mallory: { name: 'Mallory', email: 'ada@example.org', email_verified: false },
        textual: { name: 'Textual', email: 'textual@example.org', email_verified: 'true' },
      },
    });
  }, 60_000);
  afterAll(() => server.stop());

  async function openHub(
    settings: Record<string, unknown> = {},
    parts: { now?: () => number; secret?: string } = {},
  ) {
    const lines: string[] = [];
    const provider = createOidcProvider({
      settings: oidcSettingsSchema.parse({
        title: 'the lab',
        issuer: server.issuer,
        clientId: server.clientId,
        roles: { admin: ['lab-admins'], operator: ['lab-operators'] },
        ...settings,
      }),
      clientSecret: parts.secret ?? server.clientSecret,
      ...(parts.now !== undefined && { now: parts.now }),
      logger: pino({ level: 'debug' }, { write: (line) => void lines.push(line) }),
    });
    const hub = await openPeopleHub({ providers: [provider] });
    const start = `${hub.origin}/api/v1/sign-in/oidc`;
    server.allow(`${start}/callback`);

    async function signIn(login: string, change: (back: URL) => void = () => undefined) {
      const browser = createBrowser();
      const back = new URL(await signInAtProvider(browser, { start, login }));
      change(back);
      const answer = await browser.request(back.href);
      const me = await browser.call('GET', `${hub.origin}/api/v1/me`);
      return {
        browser,
        back,
        location: browser.next(answer, back.href)?.slice(hub.origin.length),
        cookies: answer.headers.getSetCookie(),
        me: me.status === 200 ? ((await me.json()) as Me) : null,
      };
    }

    const signIns = (count: number) =>
      vi.waitFor(async () => {
        const { entries } = await hub.services.audit.page({}, { limit: 100 });
        const found = entries.filter(({ action }) => action === 'sign-in');
        expect(found.length).toBeGreaterThanOrEqual(count);
        return found as AuditEntry[];
      }, 10_000);
    return { ...hub, start, signIn, signIns, lines };
  }

  const refused = (code: string) => ({ location: `/?sign-in-problem=${code}`, me: null });

  it('opens a session with the role of the claims, and finds the account again by issuer and subject', async () => {
    const { signIn, signIns, services } = await openHub();
    const first = await signIn('ada');
    expect(first.location).toBe('/');
    expect(first.me).toMatchObject({ name: 'Ada', role: 'admin', source: 'oidc', email: 'ada@example.org' });
    expect(first.cookies.some((cookie) => /HttpOnly; SameSite=Strict/.test(cookie))).toBe(true);
    expect((await signIn('ada')).me?.id).toBe(first.me?.id);
    expect((await signIn('bob')).me).toMatchObject({ role: 'operator' });
    expect((await signIn('carl')).me).toMatchObject({ role: 'user' });
    expect(services.people.accounts.find('ada@example.org').subject).toBe(`${server.issuer} ada`);
    const audit = await signIns(4);
    expect(audit.every(({ outcome, actor }) => outcome === 'done' && actor !== null)).toBe(true);
  });

  it('takes over a role that changed at the provider at the next sign-in', async () => {
    const { signIn, json } = await openHub();
    await json('POST', '/api/v1/people', {
      email: 'root@example.org',
      name: 'Root',
      role: 'admin',
      password,
    });
    server.people.set('gina', verified('Gina', { groups: ['lab-admins'] }));
    expect((await signIn('gina')).me).toMatchObject({ role: 'admin' });
    server.people.set('gina', verified('Gina'));
    expect((await signIn('gina')).me).toMatchObject({ role: 'user' });
  });

  it('refuses a wrong state, a missing one, a wrong issuer and a code of nobody', async () => {
    const { signIn, signIns, services } = await openHub();
    const changes: ((back: URL) => void)[] = [
      ({ searchParams }) => searchParams.set('state', 'wrong'),
      ({ searchParams }) => searchParams.delete('state'),
      ({ searchParams }) => searchParams.set('iss', 'http://evil.example'),
      ({ searchParams }) => searchParams.set('code', 'wrong'),
      ({ searchParams }) => searchParams.delete('code'),
    ];
    for (const change of changes) expect(await signIn('ada', change)).toMatchObject(refused('token-invalid'));
    expect(services.people.admin.list()).toEqual([]);
    const audit = await signIns(changes.length);
    expect(audit.every(({ outcome, actor }) => outcome === 'refused' && actor === null)).toBe(true);
  });

  it('refuses an ID token with the nonce of another sign-in', async () => {
    const { start } = await openHub();
    const { origin } = new URL(start);
    // In between sits somebody who begins with a nonce of their own.
    const browser = createBrowser();
    const away = new URL(await beginAtProvider(browser, start));
    away.searchParams.set('nonce', 'of-another-sign-in');
    const back = await signInAtProvider(browser, { start, login: 'ada', from: away.href });
    const answer = await browser.request(back);
    expect(answer.headers.get('location')).toBe('/?sign-in-problem=token-invalid');
    expect((await browser.call('GET', `${origin}/api/v1/me`)).status).toBe(401);
  });

  it('refuses a way back that another browser began, and one that was gone already', async () => {
    const { signIn, start, origin } = await openHub();
    const stranger = createBrowser();
    const back = await signInAtProvider(createBrowser(), { start, login: 'ada' });
    expect((await stranger.request(back)).headers.get('location')).toBe('/?sign-in-problem=token-invalid');
    const done = await signIn('carl');
    const again = await done.browser.request(done.back.href);
    expect(again.headers.get('location')).toBe('/?sign-in-problem=token-invalid');
    expect((await done.browser.call('GET', `${origin}/api/v1/me`)).status).toBe(200);
  });

  it('refuses a sign-in that took longer than ten minutes', async () => {
    let now = Date.now();
    const { signIn } = await openHub({}, { now: () => now });
    const late = await signIn('ada', () => (now += 10 * 60_000));
    expect(late).toMatchObject(refused('token-invalid'));
  });

  it('refuses a code that the provider lets expire', async () => {
    const strict = await startOidcServer({ people: { ada: verified('Ada') }, codeSeconds: 1 });
    const { start } = await openHub({ issuer: strict.issuer });
    strict.allow(`${start}/callback`);
    try {
      const browser = createBrowser();
      const back = await signInAtProvider(browser, { start, login: 'ada' });
      const arrived = Date.now();
      await vi.waitFor(() => expect(Date.now() - arrived).toBeGreaterThan(2500), { timeout: 10_000 });
      expect((await browser.request(back)).headers.get('location')).toBe('/?sign-in-problem=token-invalid');
    } finally {
      await strict.stop();
    }
  });

  it('calls nobody by a name that acts on terminals and pages, wherever it comes from', async () => {
    server.people.set('esc', { ...verified('esc'), name: '\u001b[31mAda\u202E\nProtection' });
    server.people.set('nameless', { ...verified('nameless'), name: '\u200B\u0007' });
    const { signIn } = await openHub();
    expect((await signIn('esc')).me?.name).toBe('[31mAda Protection');
    expect((await signIn('nameless')).me?.name).toBe('nameless@example.org');
  });

  it('takes an e-mail address only from who has checked it', async () => {
    const { signIn, services } = await openHub();
    expect(await signIn('mallory')).toMatchObject(refused('forbidden'));
    expect(await signIn('textual')).toMatchObject(refused('forbidden'));
    expect(services.people.admin.list()).toEqual([]);
  });

  it('never takes over a local account, keeps disabled ones out, and whom no claim lets in', async () => {
    const { signIn, json, services } = await openHub();
    await json('POST', '/api/v1/people', { email: 'ada@example.org', name: 'Local', role: 'user', password });
    expect(await signIn('ada')).toMatchObject(refused('conflict'));
    expect(services.people.accounts.find('ada@example.org')).toMatchObject({ via: 'local', role: 'user' });
    const bob = await signIn('bob');
    await json('PATCH', `/api/v1/people/${bob.me?.id ?? ''}`, { state: 'disabled' });
    expect(await signIn('bob')).toMatchObject(refused('sign-in-failed'));
    const strict = await openHub({ otherwise: 'refuse' });
    expect(await strict.signIn('carl')).toMatchObject(refused('forbidden'));
  });

  it('lets strangers begin so often and no more, asks the provider once for all, and loses nobody’s', async () => {
    const asked = vi.spyOn(globalThis, 'fetch');
    onTestFinished(() => asked.mockRestore());
    const discoveries = () =>
      asked.mock.calls.filter(([url]) => String(url).includes('/.well-known/openid-configuration')).length;
    const { start, ask, origin } = await openHub();
    const honest = createBrowser();
    const back = await signInAtProvider(honest, { start, login: 'ada' });
    const statuses: number[] = [];
    for (let count = 0; count < 130; count += 1) {
      const { status, headers } = await ask({ method: 'POST', path: '/api/v1/sign-in/oidc', headers: shown });
      statuses.push(status);
      if (status === 429) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(119);
    expect(statuses.at(-1)).toBe(429);
    expect(discoveries()).toBe(1);
    expect((await honest.request(back)).headers.get('location')).toBe('/');
    expect((await honest.call('GET', `${origin}/api/v1/me`)).status).toBe(200);
  });

  it('is begun by pages of our own only, and opens a session for the page that began it', async () => {
    const { start, ask, origin } = await openHub();
    const path = '/api/v1/sign-in/oidc';
    expect((await ask({ path })).status).toBe(404);
    const foreign = { ...shown, origin: 'http://evil.example' };
    expect((await ask({ method: 'POST', path, headers: foreign })).status).toBe(403);
    expect((await ask({ method: 'POST', path, headers: { origin } })).status).toBe(400);
    // Whoever plants their own way back in somebody's browser gives them a cookie that is good for nothing there.
    const [mallory, victim] = [createBrowser(), createBrowser()];
    const back = await signInAtProvider(mallory, { start, login: 'ada' });
    const cookies = (await mallory.request(back)).headers.getSetCookie();
    const planted = cookies.find((line) => line.includes('SameSite=Strict'))?.split(';')[0] ?? '';
    const me = (originKey: string) =>
      ask({ path: '/api/v1/me', headers: { cookie: planted, [originKeyHeader]: originKey } });
    expect((await me(mallory.originKey)).status).toBe(200);
    expect((await me(victim.originKey)).status).toBe(401);
  });

  it('ends our session at sign-out', async () => {
    const { signIn, ask, origin } = await openHub();
    const { browser, cookies, me } = await signIn('ada');
    const cookie = cookies.find((line) => line.includes('SameSite=Strict'))?.split(';')[0] ?? '';
    expect(me).not.toBeNull();
    expect((await browser.call('POST', `${origin}/api/v1/sign-out`)).status).toBe(204);
    const headers = { cookie, [originKeyHeader]: browser.originKey };
    expect((await ask({ path: '/api/v1/me', headers })).status).toBe(401);
  });

  it('says on the sign-in page when the provider is down; local accounts get in', async () => {
    const own = await startOidcServer({ people: { ada: verified('Ada') } });
    let now = Date.now();
    const { ask, start, origin, json, lines } = await openHub({ issuer: own.issuer }, { now: () => now });
    own.allow(`${start}/callback`);
    await json('POST', '/api/v1/people', {
      email: 'root@example.org',
      name: 'Root',
      role: 'admin',
      password,
    });
    const browser = createBrowser();
    const back = await signInAtProvider(browser, { start, login: 'ada' });
    await own.stop();
    const unreachable = '/?sign-in-problem=provider-unreachable';
    expect((await browser.request(back)).headers.get('location')).toBe(unreachable);
    now += 10_000;
    const begun = await browser.call('POST', start);
    expect([begun.status, await begun.json()]).toMatchObject([503, { code: 'provider-unreachable' }]);
    const options = async () => JSON.parse((await ask({ path: '/api/v1/sign-in' })).body) as SignInOptions;
    expect((await options()).providers[0]?.problem).toContain('the lab cannot be asked right now');
    const local = await ask({
      method: 'POST',
      path: '/api/v1/sign-in',
      headers: { origin, 'content-type': 'application/json', ...shown },
      body: JSON.stringify({ email: 'root@example.org', password }),
    });
    expect(local.status).toBe(200);
    await own.start();
    now += 3000;
    const later = createBrowser();
    const again = await signInAtProvider(later, { start, login: 'ada' });
    expect((await later.request(again)).headers.get('location')).toBe('/');
    expect((await options()).providers[0]?.problem).toBeNull();
    await own.stop();
    expect(lines.join('')).not.toContain(own.clientSecret);
  });

  it('takes a secret that the provider refuses for a provider that cannot be asked', async () => {
    const { signIn, lines } = await openHub({}, { secret: 'not the secret' });
    expect(await signIn('ada')).toMatchObject(refused('provider-unreachable'));
    expect(lines.join('')).not.toContain('not the secret');
  });
});

it.each(['http://login.example.org', 'ftp://127.0.0.1', 'login.example.org'])(
  'refuses the issuer %s',
  (issuer) => {
    expect(oidcSettingsSchema.safeParse({ issuer, clientId: 'x' }).success).toBe(false);
  },
);
