import { setTimeout as pause } from 'node:timers/promises';
import { publish, subscribe } from '../packets.mjs';
import { openPage, openSensor, pour } from '../sockets.mjs';
import { withMany } from './storm.mjs';

/** @typedef {import('../room.mjs').Facts} Facts */
/** @typedef {import('../calls.mjs').Counts} Counts */

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
const someNode = (/** @type {number} */ seed) =>
  Array.from({ length: 26 }, (_, at) => base32[(seed >> (at % 5)) & 31] ?? 'a').join('');

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

/** A person's live connections. @type {Record<string, import('./storm.mjs').Storm>} */
export const liveStorms = {
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
};
