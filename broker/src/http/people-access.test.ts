import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { originKeyHeader, originKeyProtocol } from '@meshdeck/shared';
import { expect, it, onTestFinished, vi } from 'vitest';
import WebSocket from 'ws';
import type { Person } from '../users/index.js';
import { openPeopleHub } from './fixtures/people-hub.js';

it('answers nobody it does not know, except for its health', async () => {
  const { ask, services } = await openPeopleHub();
  expect(JSON.parse((await ask({ path: '/healthz' })).body)).toMatchObject({ status: 'ok' });
  for (const path of ['/api/v1/hub', '/api/v1/nodes', '/metrics', '/api/openapi.json']) {
    const answer = await ask({ path });
    expect([path, answer.status, answer.headers['www-authenticate']]).toEqual([
      path,
      401,
      'Bearer realm="meshdeck"',
    ]);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'unauthorized', status: 401 });
  }
  const headers = { authorization: `Bearer ${services.access.token}` };
  expect((await ask({ path: '/api/v1/hub', headers })).status).toBe(200);
});

it('slows down who keeps guessing tokens, and nobody else', async () => {
  const { ask, withToken } = await openPeopleHub();
  const guess = () => ask({ path: '/api/v1/hub', headers: { authorization: 'Bearer wrong' } });
  for (let count = 0; count < 20; count += 1) expect((await guess()).status).toBe(401);
  const refused = await guess();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await withToken({ path: '/api/v1/hub' })).status).toBe(200);
});

it.each(['evil.example', 'localhost', '127.0.0.1:1', '192.168.0.1', 'localhost.evil.example'])(
  'answers under no other name than its own: %s',
  async (host) => {
    const { ask, services } = await openPeopleHub();
    const headers = { host, authorization: `Bearer ${services.access.token}` };
    for (const path of ['/api/v1/hub', '/healthz', '/', '/login']) {
      const answer = await ask({ path, headers });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  },
);

it('answers as localhost too', async () => {
  const { withToken, port } = await openPeopleHub();
  expect((await withToken({ path: '/api/v1/hub', headers: { host: `localhost:${port}` } })).status).toBe(200);
});

it('lets only its own pages change things with a session', async () => {
  const { ask, signIn, origin, port } = await openPeopleHub();
  const session = await signIn();
  const patch = (headers: Record<string, string>) =>
    ask({
      method: 'PATCH',
      path: '/api/v1/nodes/x',
      headers: { ...session, 'content-type': 'application/json', ...headers },
      body: '{"name":"new"}',
    });
  expect((await patch({ origin, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  expect((await patch({ origin })).status).toBe(200);
  expect((await patch({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  const foreign = [
    {},
    { origin: 'http://evil.example' },
    { origin: `http://127.0.0.1:${port + 1}` },
    { origin: 'null' },
    { origin, 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
  ];
  for (const headers of foreign) expect([headers, (await patch(headers)).status]).toEqual([headers, 403]);
  expect((await ask({ path: '/api/v1/nodes', headers: session })).status).toBe(200);
});

it('takes MQTT over WebSocket from known people on its own pages only', async () => {
  const arrived: Person[] = [];
  const hub = await openPeopleHub({
    handleMqttSocket: (stream, person) => {
      arrived.push(person);
      stream.pipe(stream);
    },
  });
  const { cookie = '', [originKeyHeader]: key = '' } = await hub.signIn();
  const { origin, services } = hub;
  const page = ['mqtt', `${originKeyProtocol}${key}`];
  const authorization = `Bearer ${services.access.token}`;
  const url = `ws://127.0.0.1:${hub.port}/mqtt`;

  async function connect(
    headers: Record<string, string>,
    { path = url, protocol = ['mqtt'] }: { path?: string; protocol?: string[] } = {},
  ) {
    const socket = new WebSocket(path, protocol, { headers });
    const [event] = (await Promise.race([
      once(socket, 'open').then(() => ['open']),
      once(socket, 'unexpected-response').then(([, answer]) => [
        (answer as { statusCode: number }).statusCode,
      ]),
    ])) as [string | number];
    if (event !== 'open') return event;
    expect(socket.protocol).toBe('mqtt');
    socket.send(Buffer.from('hello'));
    const [echo] = (await once(socket, 'message')) as [Buffer];
    socket.terminate();
    return echo.toString();
  }

  expect(await connect({ cookie, origin }, { protocol: page })).toBe('hello');
  expect(await connect({ authorization })).toBe('hello');
  expect(arrived.map(({ via }) => via)).toEqual(['link', 'token']);
  expect(await connect({ origin })).toBe(401);
  expect(await connect({ authorization: 'Bearer wrong' })).toBe(401);
  expect(await connect({ cookie }, { protocol: page })).toBe(403);
  expect(await connect({ cookie, origin: 'http://evil.example' }, { protocol: page })).toBe(403);
  expect(await connect({ authorization, origin: 'http://evil.example' })).toBe(403);
  expect(await connect({ authorization, host: 'evil.example' })).toBe(403);
  expect(await connect({ authorization }, { protocol: ['chat'] })).toBe(400);
  expect(await connect({ authorization }, { path: `ws://127.0.0.1:${hub.port}/other` })).toBe(404);
  expect(arrived).toHaveLength(2);
});

it.each(['//', '//[', '/\\\\', 'http://[', '*', '//mqtt', '/mqtt/', '/%', '/mqtt#x'])(
  'survives a WebSocket upgrade of "%s", which is no address of its own',
  async (target) => {
    const hub = await openPeopleHub();
    const socket = connectTcp(hub.port, '127.0.0.1');
    socket.write(
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${hub.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 40[04] /);
    expect((await hub.ask({ path: '/healthz' })).status).toBe(200);
  },
);

it('lets go of every upgrade it refuses, though whoever asked never hangs up', async () => {
  const hub = await openPeopleHub();
  for (let count = 0; count < 20; count += 1) {
    const socket = connectTcp({ port: hub.port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.write(
      `GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1:${hub.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nmore`,
    );
    await once(socket, 'data');
  }
  const open = () =>
    new Promise<number>((resolve) => hub.api.server.getConnections((_error, count) => resolve(count)));
  await vi.waitFor(async () => expect(await open()).toBe(0), 5000);
});

it('ends open WebSockets when it closes', async () => {
  const hub = await openPeopleHub({ handleMqttSocket: (stream) => void stream.resume() });
  const socket = new WebSocket(`ws://127.0.0.1:${hub.port}/mqtt`, 'mqtt', {
    headers: { authorization: `Bearer ${hub.services.access.token}` },
  });
  await once(socket, 'open');
  await Promise.all([once(socket, 'close'), hub.api.close()]);
});
