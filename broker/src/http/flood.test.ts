import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { promisify } from 'node:util';
import fastify from 'fastify';
import type { Why } from '@meshdeck/shared';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import WebSocket from 'ws';
import { bodyTimer } from './body-limits.js';
import { openPeopleHub } from './fixtures/people-hub.js';
import { guardRequests } from './request-guard.js';

type Hub = Awaited<ReturnType<typeof openPeopleHub>>;

/** Somebody with an account and a key for reading. */
async function keyOf({ services, json }: Hub, name: string, role = 'operator'): Promise<string> {
  const email = `${name}@example.org`;
  const { body } = await json('POST', '/api/v1/people', {
    email,
    name,
    role,
    password: 'otter volcano spoon',
  });
  const { person } = JSON.parse(body) as { person: { id: string } };
  const account = services.people.accounts.find(person.id);
  const who = { ...account, via: 'session', sessionId: null, keyId: null, scopes: null } as const;
  return (await services.people.keys.create(who, { name: 'x', scopes: ['read', 'run'], ttlSeconds: 600 }))
    .key;
}

async function open({ port }: Hub): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const closed = (socket: Pick<Socket, 'once'> | WebSocket) =>
  new Promise<void>((resolve) => void (socket as Socket).once('close', () => resolve()));

/** A call that can be hung up; its status once there is an answer. */
function call({ port }: Hub, key: string, path: string) {
  const headers = { authorization: `Bearer ${key}` };
  const outgoing = request({ host: '127.0.0.1', port, path, headers, agent: false });
  onTestFinished(() => void outgoing.destroy());
  const status = new Promise<number>((resolve) => {
    outgoing.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.once('error', () => resolve(0));
  });
  outgoing.end();
  return { status, hangUp: () => outgoing.destroy() };
}

/** How many connections the hub has open. */
const connections = ({ api: { server } }: Hub): Promise<number> =>
  promisify(server.getConnections.bind(server))();

/** Makes one call's work as long as the test likes. */
function hold({ services }: Hub) {
  let running = 0;
  const ends: (() => void)[] = [];
  services.jobs.why = () => {
    running += 1;
    return new Promise<Why>((resolve) =>
      ends.push(() => {
        running -= 1;
        resolve({ jobId: 'x', state: 'queued', summary: '', decisions: [] });
      }),
    );
  };
  return { running: () => running, endOne: () => ends.shift()?.() };
}

const why = '/api/v1/jobs/0123456789/why';

describe('whoever floods the API', () => {
  it('has two heavy calls at work and some in line, and holds up nobody else', async () => {
    const hub = await openPeopleHub();
    const [mine, others] = [await keyOf(hub, 'mallory'), await keyOf(hub, 'grace')];
    const work = hold(hub);
    const calls = Array.from({ length: 40 }, () => call(hub, mine, why));
    const refused: number[] = [];
    for (const { status } of calls) void status.then((code) => code === 429 && refused.push(code));
    await vi.waitFor(() => expect([work.running(), refused.length]).toEqual([2, 8]));
    const other = call(hub, others, why);
    await vi.waitFor(() => expect(work.running()).toBe(3));
    expect((await hub.ask({ path: '/healthz' })).status).toBe(200);
    expect(await call(hub, mine, '/api/v1/hub').status).toBe(200);
    for (let ended = 0; ended < 33; ended += 1) {
      await vi.waitFor(() => expect(work.running()).toBeGreaterThan(0), { interval: 1 });
      work.endOne();
    }
    expect(await other.status).toBe(200);
    const finished = await Promise.all(calls.map(({ status }) => status));
    expect(finished.filter((status) => status === 200)).toHaveLength(32);
  });

  it('begins no more by hanging up on what it began', async () => {
    const hub = await openPeopleHub();
    const key = await keyOf(hub, 'mallory');
    const work = hold(hub);
    const first = [call(hub, key, why), call(hub, key, why)];
    await vi.waitFor(() => expect(work.running()).toBe(2));
    for (const { hangUp } of first) hangUp();
    await vi.waitFor(async () => expect(await connections(hub)).toBe(0));
    // One more than may wait: once it is refused all have come, and none was begun in place of what was hung up.
    const line = Array.from({ length: 31 }, () => call(hub, key, why).status);
    expect(await Promise.race(line)).toBe(429);
    expect(work.running()).toBe(2);
    for (let ended = 0; ended < 2 + 30; ended += 1) {
      await vi.waitFor(() => expect(work.running()).toBeGreaterThan(0), { interval: 1 });
      work.endOne();
    }
    expect((await Promise.all(line)).filter((status) => status === 200)).toHaveLength(30);
  });

  it('keeps nobody out by two thousand unfinished requests', async () => {
    const hub = await openPeopleHub();
    const known = await open(hub);
    const ask = `GET /api/v1/hub HTTP/1.1\r\nhost: 127.0.0.1:${hub.port}\r\nauthorization: Bearer ${await keyOf(hub, 'grace')}\r\n\r\n`;
    known.write(ask);
    await once(known, 'data');
    const sockets: Socket[] = [];
    for (let index = 0; index < 2000; index += 1) {
      const socket = await open(hub);
      socket.write(`GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:${hub.port}\r\nx-`);
      sockets.push(socket);
    }
    expect((await hub.ask({ path: '/healthz' })).status).toBe(200);
    await vi.waitFor(() => expect(sockets.filter(({ destroyed }) => !destroyed).length).toBeLessThan(210));
    // Who is known is not among those that make room.
    known.write(ask);
    await once(known, 'data');
  });

  it('begins no thousand calls that came together, but is cut off', async () => {
    const hub = await openPeopleHub();
    let begun = 0;
    const { hubView } = hub.services;
    hub.services.hubView = () => {
      begun += 1;
      return hubView();
    };
    const key = await keyOf(hub, 'mallory');
    const socket = await open(hub);
    const one = `GET /api/v1/hub HTTP/1.1\r\nhost: 127.0.0.1:${hub.port}\r\nauthorization: Bearer ${key}\r\n\r\n`;
    const ended = closed(socket);
    socket.resume();
    socket.write(one.repeat(1000));
    await ended;
    expect(begun).toBeLessThan(20);
    // Some one after the other are no harm.
    const patient = await open(hub);
    for (let time = 0; time < 20; time += 1) {
      patient.write(one);
      await once(patient, 'data');
    }
  });

  it('has its share again when calls that came together end with their connection', async () => {
    const hub = await openPeopleHub();
    const key = await keyOf(hub, 'mallory');
    const work = hold(hub);
    const one = `GET ${why} HTTP/1.1\r\nhost: 127.0.0.1:${hub.port}\r\nauthorization: Bearer ${key}\r\n\r\n`;
    for (let time = 0; time < 5; time += 1) {
      const socket = await open(hub);
      socket.write(one.repeat(8));
      await vi.waitFor(() => expect(work.running()).toBe(2));
      socket.destroy();
      // What is at work goes on until it has ended; what waited is gone.
      await vi.waitFor(() => {
        work.endOne();
        expect(work.running()).toBe(0);
      });
    }
    const next = call(hub, key, why);
    await vi.waitFor(() => expect(work.running()).toBe(1));
    work.endOne();
    expect(await next.status).toBe(200);
  });

  it('has so long for a body that is held in memory', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const app = fastify();
    onTestFinished(() => app.close());
    const timer = bodyTimer(100);
    app.addHook('preParsing', timer.preParsing);
    const begun = new Promise<void>((resolve) =>
      app.addHook('preParsing', (_call, _reply, _payload, done) => {
        resolve();
        done();
      }),
    );
    app.addHook('preValidation', timer.preValidation);
    app.addHook('onResponse', timer.onResponse);
    app.post('/', async () => {
      vi.advanceTimersByTime(1000);
      return 'ok';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n';
    const slow = connect(port, '127.0.0.1').on('error', () => undefined);
    slow.write(`${head}{`);
    await begun;
    vi.advanceTimersByTime(100);
    await closed(slow);
    // Once it is there the work may take its time.
    const good = connect(port, '127.0.0.1');
    onTestFinished(() => void good.destroy());
    good.write(`${head}{}`);
    expect(String((await once(good, 'data'))[0])).toContain('200 OK');
  });

  it('opens so many live connections, and none that floods with frames', async () => {
    const hub = await openPeopleHub({ handleMqttSocket: (stream) => void stream.resume() });
    const key = await keyOf(hub, 'mallory');
    const page = () => {
      const socket = new WebSocket(`ws://127.0.0.1:${hub.port}/mqtt`, 'mqtt', {
        headers: { authorization: `Bearer ${key}` },
      });
      onTestFinished(() => socket.terminate());
      return new Promise<WebSocket | number>((resolve) => {
        socket.once('open', () => resolve(socket));
        socket.once('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
        socket.on('error', () => undefined);
      });
    };
    const pages = [];
    for (let index = 0; index < 33; index += 1) pages.push(await page());
    expect(pages.filter((one) => one === 429)).toHaveLength(1);
    for (const flood of [
      (socket: WebSocket) => socket.pong(),
      (socket: WebSocket) => socket.send(''),
      (socket: WebSocket) => socket.send('x', { fin: false }),
      (socket: WebSocket) => socket.send(Buffer.alloc(20_000)),
    ]) {
      const socket = pages.shift();
      if (!(socket instanceof WebSocket)) throw new Error('not open');
      const ended = closed(socket);
      for (let frame = 0; frame < 1000; frame += 1) flood(socket);
      await ended;
    }
    expect((await hub.ask({ path: '/healthz' })).status).toBe(200);
  });

  it('is not kept from what it may have by others that are gone', () => {
    let handled = 0;
    const guarded = guardRequests(() => (handled += 1));
    const socket = { destroyed: false, destroy: () => (socket.destroyed = true), once: () => socket };
    const begin = () => {
      const closes: (() => void)[] = [];
      const response = { once: (_event: string, close: () => void) => closes.push(close) };
      guarded({ socket, headers: {} } as never, response as never);
      return () => closes.forEach((close) => close());
    };
    for (let time = 0; time < 100; time += 1) begin()();
    expect([handled, socket.destroyed]).toEqual([100, false]);
    for (let time = 0; time < 20; time += 1) begin();
    expect([handled, socket.destroyed]).toEqual([108, true]);
  });
});
