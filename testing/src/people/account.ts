import { originKeyHeader, type CreatedKey } from '@meshdeck/shared';
import { callHub, type Reachable } from '../mesh/index.js';

export const person = {
  email: 'ada@example.org',
  name: 'Ada',
  password: 'otter volcano spoon',
  role: 'admin',
};

/** What a page of the hub's shows beside its cookie. */
export const page = { [originKeyHeader]: 'k'.repeat(43) };

/** An API key of an account, both new. */
export async function keyOf(hub: Reachable): Promise<string> {
  await callHub(hub, '/people', { method: 'POST', json: person });
  const { email, password } = person;
  const ask = (path: string, json: unknown, cookie = '') =>
    fetch(`${hub.ready.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: hub.ready.url, cookie, ...page },
      body: JSON.stringify(json),
    });
  const signedIn = await ask('/sign-in', { email, password });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const created = await ask('/keys', { name: 'away', scopes: ['read'] }, cookie);
  return ((await created.json()) as CreatedKey).key;
}
