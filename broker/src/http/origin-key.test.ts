import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { originKeyHeader, originKeyProtocol } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import { createLocalAccess } from '../users/index.js';
import { hashOf } from '../users/secrets.js';
import { openPeopleHub, originKey, shown } from './fixtures/people-hub.js';

/** What a page of ours does to a link, worked out without our code for it. */
function signed(path: string, key = originKey): string {
  const mac = createHmac('sha256', Buffer.from(hashOf(key), 'hex'))
    .update(path)
    .digest('base64url');
  return `${path}${path.includes('?') ? '&' : '?'}signature=${mac}`;
}

async function openSignedIn() {
  const hub = await openPeopleHub({ handleMqttSocket: (stream) => void stream.resume() });
  const { cookie = '' } = await hub.signIn();
  return { ...hub, cookie };
}

it('makes a session’s cookie worth nothing to the other programs of this host, which get it too', async () => {
  const { ask, cookie, origin, port } = await openSignedIn();
  const calls = [
    { path: '/api/v1/me' },
    { path: '/api/v1/jobs/x/output' },
    { path: '/api/v1/audit/export?format=csv' },
    { method: 'POST', path: '/api/v1/ui-links' },
    { method: 'POST', path: '/api/v1/sign-out' },
  ];
  const others = { [originKeyHeader]: 'a'.repeat(43) };
  for (const call of calls) {
    for (const more of [{}, others, { [originKeyHeader]: '' }]) {
      const answer = await ask({
        ...call,
        headers: { cookie, origin, 'sec-fetch-site': 'same-origin', ...more },
      });
      expect([call.path, more, answer.status]).toEqual([call.path, more, 401]);
    }
  }
  for (const protocols of [['mqtt'], ['mqtt', `${originKeyProtocol}${'a'.repeat(43)}`]]) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, protocols, { headers: { cookie, origin } });
    const [, refused] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(refused.statusCode).toBe(401);
  }
  // The one it was made for still has all of it.
  expect((await ask({ path: '/api/v1/me', headers: { cookie, ...shown } })).status).toBe(200);
});

it('lets a signed link give away its own file, read, to the browser with the cookie, and nothing else', async () => {
  const { ask, cookie, calls, services } = await openSignedIn();
  const path = '/api/v1/jobs/mine/output';
  const local = services.access.checkToken(services.access.token)?.id ?? '';
  calls.jobOwners.set('mine', local);
  const status = async (address: string, headers: Record<string, string> = { cookie }, method = 'GET') =>
    (await ask({ method, path: address, headers })).status;
  const good = signed(path);
  expect(await status(good)).toBe(200);
  expect(await status(good)).toBe(200);
  const query = '/api/v1/audit/export?format=csv&user=bob';
  expect(await status(signed(query))).toBe(200);
  expect(await status(signed(query).replace('bob', 'eve'))).toBe(401);
  expect(await status(good.replace('mine', 'other'))).toBe(401);
  expect(await status(good.replace('?', '?more=1&'))).toBe(401);
  expect(await status(`${good}&more=1`)).toBe(401);
  expect(await status(signed(path, 'a'.repeat(43)))).toBe(401);
  expect(await status(good, {})).toBe(401);
  // Followed, not sent: no link changes anything.
  expect(await status(signed('/api/v1/jobs/mine'), { cookie }, 'DELETE')).toBe(401);
  expect(await status(signed('/api/v1/sign-out'), { cookie }, 'POST')).toBe(401);
});

it('signs nobody in whose page shows no origin key', async () => {
  const { ask, json, origin, services } = await openPeopleHub();
  const account = { email: 'ada@example.org', name: 'Ada', password: 'otter volcano spoon' };
  await json('POST', '/api/v1/people', account);
  const { email, password } = account;
  const code = services.access.createLink();
  for (const [path, body] of [
    ['/api/v1/sign-in', { email, password }],
    ['/api/v1/one-time-links/sign-in', { code }],
  ] as const) {
    const answer = await ask({
      method: 'POST',
      path,
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([path, answer.status, answer.headers['set-cookie']]).toEqual([path, 400, undefined]);
  }
  expect(services.access.lookAtLink(code)).not.toBeNull();
});

it('ends the sessions from before there were origin keys, whose cookies others may hold', async () => {
  const { services, folder } = await openPeopleHub();
  const from = { address: '127.0.0.1', program: 'test', originKeyHash: hashOf(originKey) };
  const secret = await services.access.redeemLink(services.access.createLink(), from);
  const file = join(folder, 'sessions.json');
  const before = (JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>[]).map(
    ({ originKeyHash: _hash, ...session }) => session,
  );
  expect(before).toHaveLength(1);
  await writeFile(file, JSON.stringify(before));
  const logger = pino({ level: 'silent' });
  const restarted = await createLocalAccess({ dataDir: folder, hubId: 'b'.repeat(26), logger });
  expect(restarted.checkSession(secret ?? '', { kind: 'key', key: originKey })).toBeNull();
});
