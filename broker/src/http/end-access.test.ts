import type { CreatedInvitation, CreatedKey, CreatedPerson, Me, PersonLink } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { cookieOf, openPeopleHub, shown, type Answer } from './fixtures/people-hub.js';

const password = 'otter volcano spoon';
function parsed<T>({ status, body }: Answer): T {
  expect(status, body).toBeLessThan(300);
  return JSON.parse(body) as T;
}

/** Ada, an admin somebody got hold of for an hour, with every way in that this somebody made meanwhile. */
async function openHub() {
  const hub = await openPeopleHub();
  const { ask, json, origin, services, useLink } = hub;
  async function call(method: string, path: string, body?: unknown, cookie = '') {
    return ask({
      method,
      path: `/api/v1${path}`,
      headers: {
        origin,
        cookie,
        ...shown,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
  async function signIn(): Promise<string> {
    const answer = await call('POST', '/sign-in', { email: 'ada@example.org', password });
    expect(answer.status, answer.body).toBe(200);
    return cookieOf(answer);
  }
  const made = await json('POST', '/api/v1/people', {
    email: 'ada@example.org',
    name: 'Ada',
    role: 'admin',
    password,
  });
  const { person } = parsed<CreatedPerson>(made);
  await json('POST', '/api/v1/people', { email: 'root@example.org', name: 'Root', role: 'admin', password });
  const bob = { email: 'bob@example.org', name: 'Bob', password };
  await json('POST', '/api/v1/people', bob);

  const [own, stolen] = [await signIn(), await signIn()];
  const { key } = parsed<CreatedKey>(await call('POST', '/keys', { name: 'x' }, stolen));
  const ownReset = parsed<PersonLink>(await call('POST', `/people/${person.id}/password-link`, {}, stolen));
  const uiLink = parsed<{ url: string }>(await call('POST', '/ui-links', {}, stolen));
  const invitation = parsed<CreatedInvitation>(await call('POST', '/invitations', { role: 'admin' }, stolen));
  const bobsReset = parsed<PersonLink>(
    await call('POST', '/people/bob@example.org/password-link', {}, stolen),
  );
  const looks = async (code: string) => (await call('POST', '/one-time-links/look', { code })).status === 200;

  /** Which of the ways in still lead somewhere. */
  async function open(): Promise<Record<string, boolean>> {
    const authorization = `Bearer ${key}`;
    return {
      session: (await call('GET', '/me', undefined, stolen)).status === 200,
      key: (await ask({ path: '/api/v1/nodes', headers: { authorization } })).status === 200,
      'sign-in link': await looks(new URL(uiLink.url).searchParams.get('link') ?? ''),
      'own password link': await looks(ownReset.code),
      invitation: await looks(invitation.link.code),
      "another's password link": await looks(bobsReset.code),
    };
  }
  return { ...hub, services, useLink, call, person, own, stolen, ownReset, open };
}

type Hub = Awaited<ReturnType<typeof openHub>>;
const all = (is: boolean) => ({
  session: is,
  key: is,
  'sign-in link': is,
  'own password link': is,
  invitation: is,
  "another's password link": is,
});
const next = 'lantern giraffe cement';

/** What ends access, as whoever does it does it. `keep` is what the person may choose beforehand. */
const actions: [what: string, act: (hub: Hub, keep?: boolean) => Promise<Answer>][] = [
  [
    'signing out everywhere',
    ({ call, own }, keep = false) =>
      call('DELETE', `/me/sessions?keepKeysAndInvitations=${keep}`, undefined, own),
  ],
  [
    'changing the password',
    ({ call, own }, keep = false) =>
      call('POST', '/me/password', { current: password, password: next, keepKeysAndInvitations: keep }, own),
  ],
  [
    'choosing a password by an admin’s link',
    async ({ call, json, person }, keep = false) => {
      const { code } = parsed<PersonLink>(
        await json('POST', `/api/v1/people/${person.id}/password-link`, {}),
      );
      return call('POST', '/one-time-links/password', { code, password: next, keepKeysAndInvitations: keep });
    },
  ],
  [
    'being signed out by an admin',
    ({ json, person }, keep = false) =>
      json('POST', `/api/v1/people/${person.id}/sign-out`, { keepKeysAndInvitations: keep }),
  ],
];

describe.each(actions)('%s', (_what, act) => {
  it('ends every way in that anybody made with the account', async () => {
    const hub = await openHub();
    expect(await hub.open()).toEqual(all(true));
    expect((await act(hub)).status).toBeLessThan(300);
    expect(await hub.open()).toEqual(all(false));
  });

  it('keeps API keys and invitations for whoever says so beforehand, and nothing else', async () => {
    const hub = await openHub();
    expect((await act(hub, true)).status).toBeLessThan(300);
    expect(await hub.open()).toEqual({
      ...all(false),
      key: true,
      invitation: true,
      "another's password link": true,
    });
  });
});

it.each([
  [
    'disabled',
    ({ json, person }: Hub) => json('PATCH', `/api/v1/people/${person.id}`, { state: 'disabled' }),
  ],
  [
    'removed',
    ({ withToken, person }: Hub) => withToken({ method: 'DELETE', path: `/api/v1/people/${person.id}` }),
  ],
])('an account that is %s leaves no way in', async (_how, act) => {
  const hub = await openHub();
  expect((await act(hub)).status).toBeLessThan(300);
  expect(await hub.open()).toEqual(all(false));
});

it('an account that may invite nobody any more leaves no invitation and no link for others', async () => {
  const hub = await openHub();
  await hub.json('PATCH', `/api/v1/people/${hub.person.id}`, { role: 'user' });
  const { invitation, "another's password link": reset } = await hub.open();
  expect({ invitation, reset }).toEqual({ invitation: false, reset: false });
});

it('says beforehand how many keys, invitations and links there are to end', async () => {
  const { call, own, json, person, withToken, services } = await openHub();
  expect(parsed<Me>(await call('GET', '/me', undefined, own)).grants).toEqual({ keys: 1, invitations: 2 });
  const viewed = parsed<Me['grants']>(await withToken({ path: `/api/v1/people/${person.id}` }));
  expect(viewed).toMatchObject({ keys: 1, invitations: 2 });
  const { code } = parsed<PersonLink>(await json('POST', `/api/v1/people/${person.id}/password-link`, {}));
  expect(services.people.signIn.look(code).grants).toEqual({ keys: 1, invitations: 2 });
});
