import { setTimeout as pause } from 'node:timers/promises';
import { originKeyHeader } from '@meshdeck/shared';
import { callHub } from '@meshdeck/testing/mesh';

/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */
/** @typedef {'admin' | 'operator' | 'user' | 'machine-owner'} Role */
/** @typedef {{ id: string, email: string, role: Role, key: string, keys: string[], session: Record<string, string> }} Somebody */

const password = 'otter volcano spoon';

/** Every scope that a key of such a person may have. @type {Record<Role, string[]>} */
const scopes = {
  admin: ['read', 'run', 'machines', 'sensors', 'admin'],
  operator: ['read', 'run', 'machines', 'sensors'],
  user: ['read', 'run'],
  'machine-owner': ['read', 'run', 'machines'],
};

/**
 * Headers with which a browser's calls are its person's: the one place here that knows how sessions work.
 *
 * @param {RunningHub} hub @param {string} email @returns {Promise<Record<string, string>>}
 */
export async function signIn(hub, email) {
  const page = { origin: hub.ready.url, [originKeyHeader]: 'k'.repeat(43) };
  const response = await fetch(`${hub.ready.url}/api/v1/sign-in`, {
    method: 'POST',
    headers: { ...page, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`${email} could not sign in: ${await response.text()}`);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return { ...page, cookie: cookies.join('; ') };
}

const mostTries = 5;

/**
 * Another key of theirs, which has made no calls yet. Whose calls are too many waits as the hub says.
 *
 * @param {RunningHub} hub @param {Pick<Somebody, 'email' | 'role' | 'session'>} person @returns {Promise<string>}
 */
export async function freshKey(hub, { email, role, session }) {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(`${hub.ready.url}/api/v1/keys`, {
      method: 'POST',
      headers: { ...session, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'walk', scopes: scopes[role] }),
    });
    if (response.ok) return /** @type {{ key: string }} */ (await response.json()).key;
    const said = await response.text();
    if (response.status !== 429 || tries === mostTries) throw new Error(`${email} got no key: ${said}`);
    await pause(Number(response.headers.get('retry-after') ?? 1) * 1000);
  }
}

/** An account with a key that may do all that its role may. @param {RunningHub} hub @param {string} name @param {Role} role @returns {Promise<Somebody>} */
export async function makePerson(hub, name, role) {
  const email = `${name}@example.org`;
  /** @type {{ person: { id: string } }} */
  const { person } = await callHub(hub, '/people', {
    method: 'POST',
    json: { email, name, role, password },
  });
  const session = await signIn(hub, email);
  const key = await freshKey(hub, { email, role, session });
  return { id: person.id, email, role, key, keys: [key], session };
}
