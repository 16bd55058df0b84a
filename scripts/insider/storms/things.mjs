import { callFor } from '../calls.mjs';
import { packet, puback, publish } from '../packets.mjs';
import { openMachine, openSensor, pour } from '../sockets.mjs';
import { withMany } from './storm.mjs';

/** @typedef {import('../room.mjs').Facts} Facts */
/** @typedef {import('../calls.mjs').Counts} Counts */

/** A sensor's credential, and a machine's stolen key. @type {Record<string, import('./storm.mjs').Storm>} */
export const thingStorms = {
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
};
