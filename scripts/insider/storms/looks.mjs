import { openHttp, pour } from '../sockets.mjs';
import { calls, gets } from './storm.mjs';

/** @typedef {import('../room.mjs').Facts} Facts */
/** @typedef {import('../calls.mjs').Counts} Counts */

/** What a person asks to see. @type {Record<string, import('./storm.mjs').Storm>} */
export const lookStorms = {
  'user: logs of 8 MB': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/logs`),
  'user: logs of 8 MB, as a file': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/logs/download`),
  'user: answers left unread': calls(
    (facts) => ({
      url: `${facts.url}/api/v1/jobs/${facts.things.ownJob}/logs`,
      key: facts.people.user.key,
      unread: true,
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
  'user: views of a job in ten thousand parts': gets(({ things }) => `/api/v1/jobs/${things.partsJob}`),
  'user: why its parts are where they are': gets(({ things }) => `/api/v1/jobs/${things.partsJob}/why`),
  'user: calls, two hundred in one write': async (facts, ms) => {
    const end = performance.now() + ms;
    const { key } = facts.people.user;
    const one = `GET /api/v1/jobs HTTP/1.1\r\nhost: ${new URL(facts.url).host}\r\nauthorization: Bearer ${key}\r\n\r\n`;
    const many = Buffer.from(one.repeat(200));
    let opened = 0;
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        while (performance.now() < end) {
          const socket = await openHttp(facts);
          if (socket === null) continue;
          opened += 1;
          await pour(socket.resume(), end - performance.now(), () => many);
          socket.destroy();
        }
      }),
    );
    return { opened };
  },
  'user: provenance': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/provenance`),
  'user: what a result is worth, each time another question': calls(({ url, things, people }, index) => ({
    url: `${url}/api/v1/jobs/${things.longJob}/summary?truth=pixel_${index % 8}_0&as=${index % 2 === 0 ? 'classes' : 'numbers'}`,
    key: people.user.key,
  })),
  'user: rows of a result, sorted': calls(({ url, things, people }, index) => ({
    url: `${url}/api/v1/jobs/${things.longJob}/rows?sort=pixel_${index % 8}_0&offset=${(index % 9) * 1000}&limit=200`,
    key: people.user.key,
  })),
  'user: results': gets(({ things }) => `/api/v1/jobs/${things.ownJob}/output`),
  'user: searches': gets(() => `/api/v1/jobs?limit=500&text=${'q%20'.repeat(60)}`),
  'user: lists of machines, apps, sensors, speeds': calls((facts, index) => ({
    url: `${facts.url}/api/v1/${['nodes', 'apps', 'sensors', 'speeds', 'samples'][index % 5] ?? ''}`,
    key: facts.people.user.key,
  })),
  'user: the description of the API': gets(() => '/api/openapi.json'),
  'user: waits for what does not end': gets(({ things }) => `/api/v1/jobs/${things.openJob}?wait=300`, 120),
  'admin: the audit, page by page and whole': calls((facts, index) => ({
    url: `${facts.url}/api/v1/audit${index % 3 === 0 ? '/export' : `?limit=500&user=nobody${index}`}`,
    key: facts.people.admin.key,
  })),
  'admin: metrics': calls((facts) => ({ url: `${facts.url}/metrics`, key: facts.people.admin.key })),
};
