import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openHttp, pour } from '../sockets.mjs';
import { calls, posts, withMany } from './storm.mjs';

/** @typedef {import('../room.mjs').Facts} Facts */
/** @typedef {import('../calls.mjs').Counts} Counts */

const jobOf = (/** @type {Facts} */ { things }, options = {}) => ({
  app: { name: things.app },
  input: { sha256: things.table, name: 'x.csv' },
  options,
});

/** What a person sends. @type {Record<string, import('./storm.mjs').Storm>} */
export const sendingStorms = {
  'user: jobs nobody can run, a thousand at a time': posts(
    '/jobs/batch',
    (facts) => ({ jobs: Array.from({ length: 1000 }, () => jobOf(facts, { labels: { no: 'where' } })) }),
    10,
  ),
  'user: jobs in ten thousand parts': posts(
    '/jobs',
    (facts) => ({
      ...jobOf(facts, { shards: 10_000, labels: { no: 'where' } }),
      input: { sha256: facts.things.partsTable, name: 'parts.csv' },
    }),
    20,
  ),
  'user: dry runs': posts('/checks', ({ things }, index) => ({
    app: { name: things.app },
    input: { sha256: things.partsTable, name: 'parts.csv' },
    reading: { footer: index % 5 },
  })),
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
};
