import {
  originKeyHeader,
  type AuditEntry,
  type CreatedInvitation,
  type CreatedKey,
  type CreatedPerson,
  type Me,
  type Role,
} from '@meshdeck/shared';
import { describe, expect, it, vi } from 'vitest';
import { cookieOf, openPeopleHub, shown, type Answer } from './fixtures/people-hub.js';

const password = 'otter volcano spoon';
const parsed = <T>(answer: Answer): T => JSON.parse(answer.body) as T;

async function openHub() {
  const hub = await openPeopleHub();
  const { ask, origin, json, services } = hub;
  const browser = (method: string, path: string, body?: unknown, cookie = '') =>
    ask({
      method,
      path,
      headers: {
        origin,
        ...shown,
        ...(cookie !== '' && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const signInAs = (email: string, tried = password, cookie = '') =>
    browser('POST', '/api/v1/sign-in', { email, password: tried }, cookie);
  /** From a browser that has not signed in here before. */
  const guess = (email: string, tried = 'wrong') =>
    ask({
      method: 'POST',
      path: '/api/v1/sign-in',
      headers: { origin, [originKeyHeader]: 'g'.repeat(43), 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: tried }),
    });

  async function person(name: string, role: Role = 'user') {
    const email = `${name}@example.org`;
    const answer = await json('POST', '/api/v1/people', { email, name, role, password });
    expect(answer.status, answer.body).toBe(201);
    const { id } = parsed<CreatedPerson>(answer).person;
    return { id, email, cookie: cookieOf(await signInAs(email)) };
  }

  /** An entry is written once its answer is on its way: waits until there are so many. */
  const audit = (count: number): Promise<AuditEntry[]> =>
    vi.waitFor(async () => {
      const { entries } = await services.audit.page({}, { limit: 200 });
      expect(entries.length).toBeGreaterThanOrEqual(count);
      return entries;
    }, 10_000);
  return { ...hub, browser, signInAs, guess, person, audit };
}

describe('signing in', () => {
  it('opens a session by e-mail address and password, however the address is written', async () => {
    const { person, signInAs, browser } = await openHub();
    const { id } = await person('ada', 'admin');
    const answer = await signInAs('  ADA@Example.org ');
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(answer.body).not.toContain('argon2');
    const me = await browser('GET', '/api/v1/me', undefined, cookieOf(answer));
    expect(parsed<Me>(me)).toMatchObject({ id, role: 'admin', via: 'session', source: 'local' });
  });

  it('says the same of a wrong password, an unknown address, a disabled account and one with no password yet', async () => {
    const { person, signInAs, json } = await openHub();
    await person('bob');
    const { id } = await person('carl');
    await json('PATCH', `/api/v1/people/${id}`, { state: 'disabled' });
    await json('POST', '/api/v1/people', { email: 'dora@example.org', name: 'Dora' });
    const answers = await Promise.all([
      signInAs('bob@example.org', 'wrong'),
      signInAs('nobody@example.org', 'wrong'),
      signInAs('carl@example.org'),
      signInAs('dora@example.org', ''.padEnd(12, 'x')),
      signInAs('no address at all', 'wrong'),
    ]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(parsed(answers[0] as Answer)).toMatchObject({ code: 'sign-in-failed' });
    expect(answers.some(({ headers }) => headers['set-cookie'] !== undefined)).toBe(false);
  });

  it('gives a new session each time and ends the one the browser had', async () => {
    const { person, signInAs, browser } = await openHub();
    const { email, cookie } = await person('ada');
    const again = cookieOf(await signInAs(email, password, cookie));
    expect(again).not.toBe(cookie);
    expect((await browser('GET', '/api/v1/me', undefined, cookie)).status).toBe(401);
    expect((await browser('GET', '/api/v1/me', undefined, again)).status).toBe(200);
  });

  it("takes no sign-in from a stranger's page", async () => {
    const { ask, person } = await openHub();
    await person('ada');
    const answer = await ask({
      method: 'POST',
      path: '/api/v1/sign-in',
      headers: { origin: 'http://evil.example', 'content-type': 'application/json', ...shown },
      body: JSON.stringify({ email: 'ada@example.org', password }),
    });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('makes who guesses wait longer and longer, even with the right password, until an admin unlocks', async () => {
    const { person, guess, withToken } = await openHub();
    const { email } = await person('bob');
    for (let tries = 0; tries < 5; tries += 1) expect((await guess(email)).status).toBe(403);
    const locked = await guess(email, password);
    expect(locked.status).toBe(429);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0);
    // An address that has no account is counted alike.
    for (let tries = 0; tries < 5; tries += 1) await guess('nobody@example.org');
    expect((await guess('nobody@example.org')).status).toBe(429);

    const { lockOuts } = parsed<{ lockOuts: { id: string; email: string }[] }>(
      await withToken({ path: '/api/v1/lock-outs' }),
    );
    expect(lockOuts.map((lockOut) => lockOut.email).sort()).toEqual([email, 'nobody@example.org']);
    const his = lockOuts.find((lockOut) => lockOut.email === email)?.id ?? '';
    expect((await withToken({ method: 'DELETE', path: `/api/v1/lock-outs/${his}` })).status).toBe(204);
    expect((await guess(email, password)).status).toBe(200);
  });

  it('shuts nobody out of a browser they have signed in with, however much strangers guess beside them', async () => {
    const { person, signInAs, guess, browser } = await openHub();
    const { email, cookie } = await person('bob');
    for (let tries = 0; tries < 8; tries += 1) await guess(email);
    expect((await guess(email, password)).status).toBe(429);
    expect((await signInAs(email)).status).toBe(200);
    // Nor from choosing another password, which asks for the one before.
    const change = { current: password, password: 'lantern giraffe cement' };
    expect((await browser('POST', '/api/v1/me/password', change, cookie)).status).toBe(204);
    expect((await signInAs(email, change.password)).status).toBe(200);
    // Whoever guesses in such a browser is counted too.
    for (let tries = 0; tries < 10; tries += 1) {
      expect((await signInAs(email, 'wrong')).status).toBe(403);
    }
    expect((await signInAs(email, change.password)).status).toBe(429);
  });

  it.each(['', 'x', 'M-eWFvhDoM', '%00', 'a'.repeat(10_000)])(
    'takes the cookie %j for nobody',
    async (secret) => {
      const { ask, services } = await openHub();
      const headers = { cookie: `${services.access.cookieName}=${secret}`, ...shown };
      expect((await ask({ path: '/api/v1/me', headers })).status).toBe(401);
    },
  );
});

describe('a password', () => {
  it.each([
    ['short', 'at least 10 letters'],
    ['password1234', 'guessers try first'],
    ['P@ssw0rd2024!', 'guessers try first'],
    ['qwertyuiop123', 'guessers try first'],
    ['iloveyou2017', 'guessers try first'],
    ['ada.lovelace99', 'guessers try first'],
    ['abcabcabcabc', 'repeats too few letters'],
    ['1234567890123', 'guessers try first'],
    ['otter\u0000volcano spoon', 'control characters'],
    ['a'.repeat(1001), 'at most 1000 letters'],
  ])('%j is refused, saying why', async (weak, why) => {
    const { json } = await openHub();
    const answer = await json('POST', '/api/v1/people', {
      email: 'ada@example.org',
      name: 'Ada Lovelace',
      password: weak,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(parsed<{ detail: string }>(answer).detail).toContain(why);
    expect(answer.body).not.toContain(weak);
  });

  it.each(['otter volcano spoon', 'Tr0ub4dor&3 zebra', 'kaffee-über-den-wolken', 'ひらがなのパスワードです'])(
    '%j is taken',
    async (good) => {
      const { json, signInAs } = await openHub();
      const made = await json('POST', '/api/v1/people', {
        email: 'ada@example.org',
        name: 'Ada',
        password: good,
      });
      expect(made.status, made.body).toBe(201);
      expect((await signInAs('ada@example.org', good)).status).toBe(200);
    },
  );

  it('is changed by who knows the one before, and signs the other browsers out', async () => {
    const { person, browser, signInAs } = await openHub();
    const { email, cookie } = await person('ada');
    const other = cookieOf(await signInAs(email));
    const change = (current: string, next: string) =>
      browser('POST', '/api/v1/me/password', { current, password: next }, cookie);
    expect((await change('wrong', 'lantern giraffe cement')).status).toBe(403);
    expect((await change(password, 'password1234')).status).toBe(422);
    expect((await change(password, 'lantern giraffe cement')).status).toBe(204);
    expect((await browser('GET', '/api/v1/me', undefined, cookie)).status).toBe(200);
    expect((await browser('GET', '/api/v1/me', undefined, other)).status).toBe(401);
    expect((await signInAs(email)).status).toBe(403);
    expect((await signInAs(email, 'lantern giraffe cement')).status).toBe(200);
  });

  it('is reset by a link that works once and signs everybody else out', async () => {
    const { person, json, browser, signInAs } = await openHub();
    const { email, cookie } = await person('ada');
    const link = parsed<{ url: string; code: string }>(
      await json('POST', `/api/v1/people/${encodeURIComponent(email)}/password-link`, {}),
    );
    expect(new URL(link.url)).toMatchObject({ pathname: '/welcome', search: '', hash: `#${link.code}` });
    const choose = (code: string, next: string) =>
      browser('POST', '/api/v1/one-time-links/password', { code, password: next });
    expect((await choose(link.code, 'password1234')).status).toBe(422);
    const chosen = await choose(link.code, 'lantern giraffe cement');
    expect(chosen.status).toBe(200);
    expect((await choose(link.code, 'lantern giraffe cement')).status).toBe(403);
    expect((await choose(link.code.slice(0, -1), 'lantern giraffe cement')).status).toBe(403);
    expect((await browser('GET', '/api/v1/me', undefined, cookie)).status).toBe(401);
    expect((await browser('GET', '/api/v1/me', undefined, cookieOf(chosen))).status).toBe(200);
    expect((await signInAs(email)).status).toBe(403);
  });
});

describe('registration', () => {
  const account = { email: 'eve@example.org', name: 'Eve', password };

  it('is by invitation unless an admin says otherwise', async () => {
    const { browser, json } = await openHub();
    expect((await browser('POST', '/api/v1/register', account)).status).toBe(403);
    const invited = await json('POST', '/api/v1/invitations', { email: account.email, role: 'operator' });
    const { link, role } = parsed<CreatedInvitation>(invited);
    expect(role).toBe('operator');
    const look = await browser('POST', '/api/v1/one-time-links/look', { code: link.code });
    expect(parsed(look)).toMatchObject({ purpose: 'invitation', email: account.email, role: 'operator' });

    const wrongAddress = { ...account, email: 'mallory@example.org', code: link.code };
    expect((await browser('POST', '/api/v1/register', wrongAddress)).status).toBe(403);
    const weak = { ...account, password: 'password1234', code: link.code };
    expect((await browser('POST', '/api/v1/register', weak)).status).toBe(422);
    const entered = await browser('POST', '/api/v1/register', { ...account, code: link.code });
    expect(parsed<{ me: Me }>(entered).me).toMatchObject({ name: 'Eve', role: 'operator' });
    const again = { ...account, email: 'eve2@example.org', code: link.code };
    expect((await browser('POST', '/api/v1/register', again)).status).toBe(403);
  });

  it('lets nobody in by an invitation that was withdrawn, or made up', async () => {
    const { browser, json, withToken } = await openHub();
    const { id, link } = parsed<CreatedInvitation>(await json('POST', '/api/v1/invitations', {}));
    expect((await withToken({ method: 'DELETE', path: `/api/v1/invitations/${id}` })).status).toBe(204);
    for (const code of [link.code, `${link.code}x`, 'x']) {
      expect((await browser('POST', '/api/v1/register', { ...account, code })).status).toBe(403);
    }
  });

  it('tells a stranger nothing of who has an account, where it is open', async () => {
    const { browser, json, person, signInAs } = await openHub();
    await person('bob', 'operator');
    expect((await json('PATCH', '/api/v1/settings/people', { registration: 'open' })).status).toBe(200);
    const taken = { ...account, email: 'bob@example.org', password: 'lantern giraffe cement' };
    const [free, twice] = [
      await browser('POST', '/api/v1/register', account),
      await browser('POST', '/api/v1/register', taken),
    ];
    expect([free.status, free.body]).toEqual([twice.status, twice.body]);
    expect(parsed<Me>(await signInAs(account.email))).toMatchObject({ role: 'user' });
    // Nothing of Bob's was touched.
    expect((await signInAs('bob@example.org', taken.password)).status).toBe(403);
    expect(parsed<Me>(await signInAs('bob@example.org'))).toMatchObject({ role: 'operator' });
    expect((await json('POST', '/api/v1/people', { ...account, email: 'BOB@example.org' })).status).toBe(409);
  });

  it.each([
    ['name', '<script>alert(1)</script>', 201],
    ['name', 'a\u0007b', 400],
    ['name', 'abc\u202Edef', 400],
    ['name', 'a'.repeat(10_000), 400],
    ['email', `${'a'.repeat(10_000)}@example.org`, 400],
    ['email', 'a\r\nb@example.org', 400],
    ['email', '"><img src=x>@example.org', 400],
    ['role', 'root', 400],
  ])('takes the %s %j as what it is, or not at all', async (key, value, status) => {
    const { json } = await openHub();
    const answer = await json('POST', '/api/v1/people', { ...account, role: 'user', [key]: value });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/json/);
  });
});

describe('an API key', () => {
  it('works within its scopes and never beyond its person, until it is revoked', async () => {
    const { person, browser, ask } = await openHub();
    const { cookie } = await person('bob');
    const made = await browser('POST', '/api/v1/keys', { name: 'all', scopes: ['read', 'admin'] }, cookie);
    const { id, key } = parsed<CreatedKey>(made);
    expect(key).toMatch(/^mdk_[\w-]{43}$/);
    const by = (path: string, token = key) => ask({ path, headers: { authorization: `Bearer ${token}` } });
    expect((await by('/api/v1/nodes')).status).toBe(200);
    expect((await by('/api/v1/people')).status).toBe(403);
    expect((await by('/api/v1/me/sessions')).status).toBe(403);
    for (const forged of [key.slice(0, -1), `${key}x`, key.toUpperCase(), 'mdk_', 'mdk_ x']) {
      expect((await by('/api/v1/nodes', forged)).status).toBe(401);
    }
    const listed = await browser('GET', '/api/v1/keys', undefined, cookie);
    expect(listed.body).not.toContain(key);
    expect(parsed<{ keys: { lastUsedAt: number }[] }>(listed).keys[0]?.lastUsedAt).toBeGreaterThan(0);
    expect((await browser('DELETE', `/api/v1/keys/${id}`, undefined, cookie)).status).toBe(204);
    expect((await by('/api/v1/nodes')).status).toBe(401);
  });

  it("is nobody else's to revoke but an admin's", async () => {
    const { person, browser } = await openHub();
    const [bob, eve, ada] = [await person('bob'), await person('eve'), await person('ada', 'admin')];
    const { id } = parsed<CreatedKey>(await browser('POST', '/api/v1/keys', { name: 'x' }, bob.cookie));
    expect((await browser('DELETE', `/api/v1/keys/${id}`, undefined, eve.cookie)).status).toBe(404);
    expect((await browser('GET', '/api/v1/keys', undefined, eve.cookie)).body).toBe(
      '{"keys":[],"nextCursor":null}',
    );
    expect((await browser('DELETE', `/api/v1/keys/${id}`, undefined, ada.cookie)).status).toBe(204);
  });

  it('ends when its time is over, and with its person', async () => {
    const { person, json, ask, services } = await openHub();
    const { id } = await person('bob');
    const account = services.people.accounts.find(id);
    const { key } = await services.people.keys.create(
      { ...account, via: 'session', sessionId: null, keyId: null, scopes: null },
      { name: 'x', scopes: ['read'], ttlSeconds: -1 },
    );
    const headers = { authorization: `Bearer ${key}` };
    expect((await ask({ path: '/api/v1/nodes', headers })).status).toBe(401);
    const { key: good } = await services.people.keys.create(
      { ...account, via: 'session', sessionId: null, keyId: null, scopes: null },
      { name: 'y', scopes: ['read'], ttlSeconds: 60 },
    );
    const goodHeaders = { authorization: `Bearer ${good}` };
    expect((await ask({ path: '/api/v1/nodes', headers: goodHeaders })).status).toBe(200);
    await json('PATCH', `/api/v1/people/${id}`, { state: 'disabled' });
    expect((await ask({ path: '/api/v1/nodes', headers: goodHeaders })).status).toBe(401);
  });
});

describe('people', () => {
  it('lose their rights the moment an admin takes them away', async () => {
    const { person, json, browser } = await openHub();
    const ada = await person('ada', 'admin');
    const olga = await person('olga', 'admin');
    const read = () => browser('GET', '/api/v1/people', undefined, olga.cookie);
    expect((await read()).status).toBe(200);
    await json('PATCH', `/api/v1/people/${olga.id}`, { role: 'user' });
    expect((await read()).status).toBe(403);
    const last = await json('PATCH', `/api/v1/people/${ada.id}`, { state: 'disabled' });
    expect([last.status, last.body]).toEqual([409, expect.stringContaining('only admin')]);
  });

  it('sign out, here, elsewhere and everywhere', async () => {
    const { person, signInAs, browser } = await openHub();
    const { email, cookie } = await person('ada');
    const second = cookieOf(await signInAs(email));
    const third = cookieOf(await signInAs(email));
    const isIn = async (one: string) => (await browser('GET', '/api/v1/me', undefined, one)).status === 200;
    const { sessions } = parsed<{ sessions: { id: string; current: boolean }[] }>(
      await browser('GET', '/api/v1/me/sessions', undefined, cookie),
    );
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect((await browser('POST', '/api/v1/sign-out', {}, second)).status).toBe(204);
    expect([await isIn(cookie), await isIn(second), await isIn(third)]).toEqual([true, false, true]);
    expect((await browser('DELETE', '/api/v1/me/sessions', undefined, cookie)).status).toBe(204);
    expect([await isIn(cookie), await isIn(third)]).toEqual([false, false]);
  });

  it('cannot end the session of somebody else', async () => {
    const { person, browser } = await openHub();
    const [ada, eve] = [await person('ada'), await person('eve')];
    const { sessions } = parsed<{ sessions: { id: string }[] }>(
      await browser('GET', '/api/v1/me/sessions', undefined, ada.cookie),
    );
    const answer = await browser(
      'DELETE',
      `/api/v1/me/sessions/${sessions[0]?.id ?? ''}`,
      undefined,
      eve.cookie,
    );
    expect(answer.status).toBe(404);
    expect((await browser('GET', '/api/v1/me', undefined, ada.cookie)).status).toBe(200);
  });
});

describe('the audit', () => {
  it('tells who did what to what with which outcome, and no secret', async () => {
    const { person, signInAs, browser, audit, ask } = await openHub();
    const { email, cookie } = await person('bob');
    await signInAs(email, 'a wrong password of bob');
    const { key } = parsed<CreatedKey>(await browser('POST', '/api/v1/keys', { name: 'nightly' }, cookie));
    await browser('GET', '/api/v1/people', undefined, cookie);
    await ask({ path: '/api/v1/nodes', headers: { authorization: 'Bearer mdk_forged' } });
    await ask({ path: '/api/v1/nodes' });
    const entries = await audit(6);
    const lines = entries.map(({ actor, action, target, outcome }) =>
      [actor?.name ?? 'unknown', action, target ?? '', outcome].join(' '),
    );
    expect(lines.slice(0, 6).reverse()).toEqual([
      `This computer people.manage ${email} done`,
      `bob sign-in ${email} done`,
      `unknown sign-in ${email} refused`,
      expect.stringMatching(/^bob keys\.create \w{12} done$/),
      'bob people.read  refused',
      'unknown machines.read  refused',
    ]);
    const told = JSON.stringify(entries);
    for (const secret of [
      key,
      password,
      'a wrong password of bob',
      'mdk_forged',
      cookie.split('=')[1] ?? '-',
    ]) {
      expect(told).not.toContain(secret);
    }
  });

  it('cannot be filled up by a stranger who knocks', async () => {
    const { ask, audit } = await openHub();
    for (let count = 0; count < 80; count += 1) {
      await ask({ path: '/api/v1/nodes', headers: { authorization: `Bearer mdk_${count}` } });
    }
    expect(await audit(60)).toHaveLength(60);
  });

  it('is exported as CSV in which no cell is a formula, and as JSON lines', async () => {
    const { json, withToken, audit, signInAs } = await openHub();
    await json('POST', '/api/v1/people', { email: 'x@example.org', name: '=1+1', password });
    await signInAs('=HYPERLINK("http://evil","x")', 'x');
    await signInAs('@SUM(1)', 'x');
    await audit(3);
    const csv = (await withToken({ path: '/api/v1/audit/export?format=csv' })).body;
    expect(csv.split('\r\n')[0]).toBe(
      'time,person,person_id,role,via,key,address,action,target,outcome,status,detail',
    );
    expect(csv).toContain(`"'=hyperlink(""http://evil"",""x"")"`);
    expect(csv).toContain("'@sum(1)");
    expect(csv).not.toMatch(/(^|,|")[=@]/m);
    const jsonl = await withToken({ path: '/api/v1/audit/export?format=json&action=sign-in' });
    const entries = jsonl.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntry);
    expect(entries.map(({ action }) => action)).toEqual(['sign-in', 'sign-in']);
  });

  it('is filtered and paged, newest first', async () => {
    const { person, withToken, audit, browser } = await openHub();
    const { cookie } = await person('bob');
    for (let count = 0; count < 5; count += 1) {
      await browser('POST', '/api/v1/keys', { name: `key ${count}` }, cookie);
    }
    await audit(7);
    const page = async (query: string) =>
      parsed<{ entries: AuditEntry[]; nextBefore: string | null }>(
        await withToken({ path: `/api/v1/audit?${query}` }),
      );
    const first = await page('user=bob&action=keys&limit=3');
    const rest = await page(`user=bob&action=keys&limit=3&before=${first.nextBefore ?? ''}`);
    expect([first.entries.length, rest.entries.length, rest.nextBefore]).toEqual([3, 2, null]);
    expect((await page('outcome=failed')).entries).toEqual([]);
    expect((await page(`since=${Date.now() + 60_000}`)).entries).toEqual([]);
    expect((await withToken({ path: '/api/v1/audit?nonsense=1' })).status).toBe(400);
  });
});

it('slows down who calls too often, and never the private token', async () => {
  const { createCallLimits } = await import('../rate-limits/call-limits.js');
  const hub = await openPeopleHub({ callLimits: createCallLimits({ person: 5, stranger: 3 }) });
  const session = await hub.signIn();
  const calls = async (headers: Record<string, string>) => {
    const answers: Answer[] = [];
    for (let count = 0; count < 8; count += 1)
      answers.push(await hub.ask({ path: '/api/v1/nodes', headers }));
    return answers;
  };
  const person = await calls(session);
  expect(person.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  expect(Number(person.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
  const token = await calls({ authorization: `Bearer ${hub.services.access.token}` });
  expect(token.every(({ status }) => status === 200)).toBe(true);
  expect((await calls({})).map(({ status }) => status).at(-1)).toBe(429);
});
