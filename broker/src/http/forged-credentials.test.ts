import { expect, it, vi } from 'vitest';
import { openPeopleHub, shown } from './fixtures/people-hub.js';

const password = 'otter volcano spoon';

/** Another letter of the same alphabet in the middle. */
function altered(secret: string): string {
  const at = Math.floor(secret.length / 2);
  return `${secret.slice(0, at)}${secret[at] === 'a' ? 'b' : 'a'}${secret.slice(at + 1)}`;
}

const wrongs: [how: string, wrong: (secret: string) => string][] = [
  ['cut short', (secret) => secret.slice(0, -1)],
  ['cut at its begin', (secret) => secret.slice(1)],
  ['with a letter changed', altered],
  ['said twice', (secret) => secret + secret],
  ['with a tail', (secret) => `${secret}=`],
  ['in other letters', (secret) => secret.toUpperCase()],
  ['that is the word for none', () => 'null'],
];

async function openHub() {
  const hub = await openPeopleHub();
  const { json, ask, origin, services } = hub;
  const email = 'bob@example.org';
  await json('POST', '/api/v1/people', { email, name: 'Bob', role: 'user', password });
  const signedIn = await ask({
    method: 'POST',
    path: '/api/v1/sign-in',
    headers: { origin, 'content-type': 'application/json', ...shown },
    body: JSON.stringify({ email, password }),
  });
  const session = (signedIn.headers['set-cookie']?.[0] ?? '').split(';')[0]?.split('=')[1] ?? '';
  const created = await json('POST', '/api/v1/keys', { name: 'x', scopes: ['read'] });
  const { key } = JSON.parse(created.body) as { key: string };
  const { access } = services;
  const cookie = (secret: string) => ({ cookie: `${access.cookieName}=${secret}`, ...shown });
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const kinds = {
    session: [session, cookie],
    key: [key, bearer],
    token: [access.token, bearer],
  } as const;
  return { ...hub, kinds };
}

it.each(['session', 'key', 'token'] as const)(
  'opens nothing for a %s that is not quite one, writes it down, and still takes the right one',
  async (kind) => {
    const { ask, kinds, services } = await openHub();
    const [secret, headersFor] = kinds[kind];
    const lookWith = (tried: string) => ask({ path: '/api/v1/nodes', headers: headersFor(tried) });
    for (const [how, wrong] of wrongs) {
      const answer = await lookWith(wrong(secret));
      expect([how, answer.status]).toEqual([how, 401]);
      expect(answer.body).not.toContain(secret.slice(4, -4));
    }
    expect((await lookWith(secret)).status).toBe(200);
    await vi.waitFor(async () => {
      const { entries } = await services.audit.page({}, { limit: 200 });
      const refused = entries.filter(
        ({ action, outcome }) => action === 'machines.read' && outcome !== 'done',
      );
      expect(refused).toHaveLength(wrongs.length);
      expect(JSON.stringify(entries)).not.toContain(secret.slice(4, -4));
    }, 5000);
  },
);

it('takes no session secret for a key, no key for a session, and no hash for what it is the hash of', async () => {
  const { ask, kinds, services } = await openHub();
  const { cookieName } = services.access;
  const status = async (headers: Record<string, string>) =>
    (await ask({ path: '/api/v1/nodes', headers: { ...shown, ...headers } })).status;
  expect(await status({ authorization: `Bearer ${kinds.session[0]}` })).toBe(401);
  expect(await status({ cookie: `${cookieName}=${kinds.key[0]}` })).toBe(401);
  expect(await status({ cookie: `${cookieName}=${kinds.token[0]}` })).toBe(401);
  expect(await status({ cookie: `other=${kinds.session[0]}` })).toBe(401);
  const [bob] = services.people.admin.list().filter(({ email }) => email === 'bob@example.org');
  expect(await status({ authorization: `Bearer ${bob?.id ?? ''}` })).toBe(401);
});
