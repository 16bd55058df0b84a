import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { callFor } from './calls.mjs';
import { packet, puback, publish, subscribe } from './packets.mjs';
import { openHttp, openMachine, openPage, openSensor, pour } from './sockets.mjs';

/** @typedef {import('./room.mjs').Facts} Facts */
/** @typedef {import('./calls.mjs').Counts} Counts */
/** @typedef {(facts: Facts, ms: number) => Promise<Counts>} Storm */

const bearer = (/** @type {string} */ key) => ({ authorization: `Bearer ${key}` });
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
const someNode = (/** @type {number} */ seed) =>
  Array.from({ length: 26 }, (_, at) => base32[(seed >> (at % 5)) & 31] ?? 'a').join('');

/** As many of these as come in, then `work` with each at once. @template T @param {number} count @param {() => Promise<T | null>} open @param {(one: T) => Promise<unknown>} work @returns {Promise<Counts>} */
async function withMany(count, open, work) {
  const opened = await Promise.all(Array.from({ length: count }, open));
  const isIn = opened.filter((one) => one !== null);
  await Promise.all(isIn.map((one) => work(/** @type {T} */ (one))));
  return { in: isIn.length, refused: count - isIn.length };
}

/** The same request over and over. @param {(facts: Facts, index: number) => Omit<import('./calls.mjs').Call, 'headers'> & { key: string, headers?: Record<string, string> }} make @param {number} atOnce @returns {Storm} */
const calls =
  (make, atOnce = 60) =>
  (facts, ms) =>
    callFor({
      ms,
      atOnce,
      next(index) {
        const { key, headers, ...call } = make(facts, index);
        return { ...call, headers: { ...bearer(key), ...headers } };
      },
    });

/** @param {(facts: Facts) => string} path @param {number} [atOnce] */
const gets = (path, atOnce) =>
  calls((facts) => ({ url: `${facts.url}${path(facts)}`, key: facts.people.user.key }), atOnce);

/** @param {string} path @param {(facts: Facts, index: number) => unknown} json @param {number} [atOnce] */
const posts = (path, json, atOnce) =>
  calls(
    (facts, index) => ({
      url: `${facts.url}/api/v1${path}`,
      method: 'POST',
      key: facts.people.user.key,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json(facts, index)),
    }),
    atOnce,
  );

const jobOf = (/** @type {Facts} */ { things }, options = {}) => ({
  app: { name: things.app },
  input: { sha256: things.table, name: 'x.csv' },
  options,
});

/** @param {Facts} facts @param {number} ms */
const subscriptions = (facts, ms) =>
  withMany(
    6,
    () => openPage(facts, facts.people.admin.key),
    ({ stream }) => {
      stream.resume();
      return pour(stream, ms, (index) =>
        subscribe(
          Array.from({ length: 200 }, (_, at) => `meshdeck/v1/nodes/${someNode(index * 200 + at)}/metrics`),
        ),
      );
    },
  );

/** What one account, one key or one credential can do on purpose, each for some seconds. @type {Record<string, Storm>} */
export const storms = {
  'user: a million subscriptions': subscriptions,
  'user: refused filters, 2 MB of them': (facts, ms) =>
    withMany(
      4,
      () => openPage(facts, facts.people.user.key),
      ({ stream }) => {
        stream.resume();
        const filters = Array.from({ length: 1500 }, (_, at) => `no/${at}`);
        return pour(stream, ms, () => subscribe(filters));
      },
    ),
  'user: pages that read nothing, beside a busy sensor': async (facts, ms) => {
    const counts = await withMany(
      40,
      () => openPage(facts, facts.people.user.key),
      async ({ stream }) => {
        stream.write(subscribe(['meshdeck/v1/sensors/+/readings', 'meshdeck/v1/nodes/+/metrics']));
        stream.pause();
      },
    );
    const sensor = await openSensor(facts);
    const topic = `meshdeck/v1/sensors/${facts.sensor.username}/readings`;
    const reading = publish(topic, JSON.stringify({ a: 1, text: 'x'.repeat(30_000) }));
    if (sensor !== null) await pour(sensor, ms, () => reading);
    return counts;
  },
  'user: WebSocket pings, crumbs and fragments': (facts, ms) =>
    withMany(
      10,
      () => openPage(facts, facts.people.user.key),
      async ({ socket }) => {
        const end = performance.now() + ms;
        for (let round = 0; performance.now() < end && socket.readyState === socket.OPEN; round += 1) {
          for (let frame = 0; frame < 200; frame += 1) {
            if (frame % 3 === 0) socket.ping(Buffer.alloc(100));
            else if (frame % 3 === 1) socket.pong();
            else socket.send(Buffer.from([0x82]), { fin: false });
          }
          await pause(1);
        }
      },
    ),
  'user: live connections, over and over': async (facts, ms) => {
    const end = performance.now() + ms;
    /** @type {Counts} */
    const counts = { in: 0, refused: 0 };
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        while (performance.now() < end) {
          const page = await openPage(facts, facts.people.user.key);
          counts[page === null ? 'refused' : 'in'] = (counts[page === null ? 'refused' : 'in'] ?? 0) + 1;
          page?.socket.terminate();
        }
      }),
    );
    return counts;
  },
  'user: logs of 8 MB': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/logs`),
  'user: logs of 8 MB, as a file': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/logs/download`),
  'user: answers left unread': calls(
    (facts) => ({
      url: `${facts.url}/api/v1/jobs/${facts.things.ownJob}/logs`,
      key: facts.people.user.key,
      unread: true,
      patienceMs: 60_000,
    }),
    120,
  ),
  'user: charts of everything': gets(
    ({ things }) =>
      `/api/v1/series/points?source=${things.source}&from=0&to=${Date.now() + 86_400_000}&maxPoints=20000`,
  ),
  'user: lists of series': gets(() => '/api/v1/series'),
  'user: exports of everything': gets(
    ({ things }) => `/api/v1/series/export?source=${things.source}&from=0&to=${Date.now() + 86_400_000}`,
  ),
  'user: exports, parquet': gets(
    ({ things }) =>
      `/api/v1/series/export?source=${things.source}&from=0&to=${Date.now() + 86_400_000}&format=parquet`,
  ),
  'user: provenance': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/provenance`),
  'user: results': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/output`),
  'user: searches': gets(() => `/api/v1/jobs?limit=500&text=${'q%20'.repeat(60)}`),
  'user: lists of machines, apps, sensors, speeds': calls((facts, index) => ({
    url: `${facts.url}/api/v1/${['nodes', 'apps', 'sensors', 'speeds', 'samples'][index % 5] ?? ''}`,
    key: facts.people.user.key,
  })),
  'user: the description of the API': gets(() => '/api/openapi.json'),
  'user: waits for what does not end': gets(({ things }) => `/api/v1/jobs/${things.ownJob}?wait=300`, 120),
  'user: jobs nobody can run, a thousand at a time': posts(
    '/jobs/batch',
    (facts) => ({ jobs: Array.from({ length: 1000 }, () => jobOf(facts, { labels: { no: 'where' } })) }),
    10,
  ),
  'user: jobs in ten thousand parts': posts(
    '/jobs',
    (facts) => jobOf(facts, { shards: 10_000, labels: { no: 'where' } }),
    20,
  ),
  'user: small files, each another': calls((facts) => ({
    url: `${facts.url}/api/v1/files?name=x`,
    method: 'PUT',
    key: facts.people.user.key,
    headers: { 'content-type': 'text/csv' },
    body: randomBytes(2000),
  })),
  'user: apps, each another': calls(
    (facts, index) => ({
      url: `${facts.url}/api/v1/apps?filename=insider${index % 3}.py`,
      method: 'POST',
      key: facts.people.user.key,
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.concat([Buffer.from(`# ${index} ${Date.now()}\n`), Buffer.alloc(500_000, 0x20)]),
    }),
    20,
  ),
  'user: bodies of 1 MB in crumbs': (facts, ms) =>
    withMany(
      60,
      () => openHttp(facts),
      async (socket) => {
        const { key } = facts.people.user;
        socket.write(
          `POST /api/v1/jobs/batch HTTP/1.1\r\nhost: ${new URL(facts.url).host}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
        );
        socket.resume();
        await pour(socket, ms, () => Buffer.from('1\r\n[\r\n'.repeat(50)));
        socket.destroy();
      },
    ),
  'user: uploads that never end': (facts, ms) =>
    withMany(
      100,
      () => openHttp(facts),
      async (socket) => {
        const { key } = facts.people.user;
        socket.write(
          `PUT /api/v1/files?name=x HTTP/1.1\r\nhost: ${new URL(facts.url).host}\r\nauthorization: Bearer ${key}\r\ncontent-length: 9999999\r\n\r\nx`,
        );
        await pause(ms);
        socket.destroy();
      },
    ),
  'stranger: 3,000 unfinished requests': async (facts, ms) => {
    const end = performance.now() + ms;
    /** @type {import('node:net').Socket[]} */
    const sockets = [];
    for (let index = 0; index < 3000 && performance.now() < end; index += 1) {
      const socket = await openHttp(facts);
      if (socket === null) continue;
      socket.write(`GET /healthz HTTP/1.1\r\nhost: ${new URL(facts.url).host}\r\nx-`);
      sockets.push(socket);
    }
    const open = sockets.filter((socket) => !socket.destroyed).length;
    await pause(Math.max(0, end - performance.now()));
    for (const socket of sockets) socket.destroy();
    return { opened: sockets.length, held: open };
  },
  'stranger: sign-ins with wrong passwords': (facts, ms) =>
    callFor({
      ms,
      atOnce: 30,
      next: (index) => ({
        url: `${facts.url}/api/v1/sign-in`,
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: facts.url },
        body: JSON.stringify({ email: `nobody${index}@example.org`, password: 'wrong password here' }),
      }),
    }),
  'stranger: calls with forged keys': (facts, ms) =>
    callFor({
      ms,
      atOnce: 60,
      next: (index) => ({ url: `${facts.url}/api/v1/jobs`, headers: bearer(`mdk_${index}`) }),
    }),
  'sensor: readings as fast as they go': (facts, ms) => {
    const topic = `meshdeck/v1/sensors/${facts.sensor.username}/readings`;
    const burst = Buffer.concat(Array.from({ length: 500 }, (_, at) => publish(topic, `{"a":${at}}`)));
    return withMany(
      16,
      () => openSensor(facts),
      (socket) => pour(socket, ms, () => burst),
    );
  },
  'sensor: batches of 64 KB': (facts, ms) => {
    const topic = `meshdeck/v1/sensors/${facts.sensor.username}/readings`;
    const batch = publish(
      topic,
      JSON.stringify(Array.from({ length: 1000 }, (_, at) => ({ a: at, b: at, c: at }))),
    );
    return withMany(
      16,
      () => openSensor(facts),
      (socket) => pour(socket, ms, () => batch),
    );
  },
  'sensor: exactly once, retained, new names, acknowledged for nothing': (facts, ms) => {
    const root = `meshdeck/v1/sensors/${facts.sensor.username}`;
    return withMany(
      16,
      () => openSensor(facts),
      (socket) => {
        socket.resume();
        return pour(socket, ms, (index) =>
          Buffer.concat([
            publish(`${root}/readings`, JSON.stringify({ [`k${index}`]: 1 }), {
              qos: 1,
              id: index % 65_535 || 1,
            }),
            publish(`${root}/state`, Buffer.alloc(200_000, 0x20), { retain: true }),
            publish(`${root}/readings`, '{"a":1}', { qos: 2, id: (index % 15) + 1 }),
            packet(0x62, Buffer.from([0, (index % 15) + 1])),
            puback(index % 65_535 || 1),
          ]),
        );
      },
    );
  },
  'sensor: connections, over and over': async (facts, ms) => {
    const end = performance.now() + ms;
    /** @type {Counts} */
    const counts = { in: 0, refused: 0 };
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        while (performance.now() < end) {
          const socket = await openSensor(facts);
          counts[socket === null ? 'refused' : 'in'] = (counts[socket === null ? 'refused' : 'in'] ?? 0) + 1;
          socket?.write(puback(1));
          socket?.destroy();
        }
      }),
    );
    return counts;
  },
  'machine: reports, holdings and logs of nothing': (facts, ms) => {
    const root = `meshdeck/v1/nodes/${facts.stolen.nodeId}`;
    const log = JSON.stringify({
      attemptId: `${facts.things.job}-0-1`,
      lines: Array.from({ length: 100 }, (_, ts) => ({ ts, stream: 'stdout', text: 'x'.repeat(500) })),
      dropped: 0,
    });
    return withMany(
      1,
      () => openMachine(facts),
      (socket) => {
        socket.resume();
        return pour(socket, ms, (index) =>
          Buffer.concat([
            publish(`${root}/logs`, log),
            publish(`${root}/reports`, '{"type":"nothing"}'),
            publish(
              `${root}/holdings`,
              JSON.stringify({
                ts: Date.now(),
                sequence: index,
                full: index === 0,
                added: Array.from(
                  { length: 500 },
                  (_, at) => `f${(index * 500 + at).toString(16).padStart(16, '0')}`,
                ),
                removed: [],
              }),
            ),
          ]),
        );
      },
    );
  },
  'machine: packets of 1 MB': (facts, ms) => {
    const topic = `meshdeck/v1/nodes/${facts.stolen.nodeId}/inventory`;
    const large = publish(topic, JSON.stringify({ x: Array.from({ length: 150_000 }, () => 12_345) }), {
      retain: true,
    });
    return withMany(
      1,
      () => openMachine(facts),
      (socket) => pour(socket, ms, () => large),
    );
  },
  'machine: files, hellos and pairings': (facts, ms) =>
    callFor({
      ms,
      atOnce: 40,
      next: (index) => ({
        url: `${facts.agents}${['/agent/v1/files/' + facts.things.table, '/agent/v1/files/' + 'a'.repeat(64), '/agent/v1/hello', '/agent/v1/pairing'][index % 4] ?? ''}`,
        method: index % 4 < 2 ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
        body: index % 4 < 2 ? '' : JSON.stringify({ x: 'y'.repeat(30_000) }),
        identity: facts.stolen.identity,
      }),
    }),
  'admin: the audit, page by page and whole': calls((facts, index) => ({
    url: `${facts.url}/api/v1/audit${index % 3 === 0 ? '/export' : `?limit=500&user=nobody${index}`}`,
    key: facts.people.admin.key,
  })),
  'admin: metrics': calls((facts) => ({ url: `${facts.url}/metrics`, key: facts.people.admin.key })),
};
