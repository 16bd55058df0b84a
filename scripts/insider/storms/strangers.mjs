import { setTimeout as pause } from 'node:timers/promises';
import { originKeyHeader } from '@meshdeck/shared';
import { callFor } from '../calls.mjs';
import { openHttp } from '../sockets.mjs';
import { bearer } from './storm.mjs';

/** @typedef {import('../room.mjs').Facts} Facts */
/** @typedef {import('../calls.mjs').Counts} Counts */

/** Whoever reaches the port. @type {Record<string, import('./storm.mjs').Storm>} */
export const strangerStorms = {
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
        headers: { 'content-type': 'application/json', origin: facts.url, [originKeyHeader]: 'k'.repeat(43) },
        body: JSON.stringify({ email: `nobody${index}@example.org`, password: 'wrong password here' }),
      }),
    }),
  'stranger: calls with forged keys': (facts, ms) =>
    callFor({
      ms,
      atOnce: 60,
      next: (index) => ({ url: `${facts.url}/api/v1/jobs`, headers: bearer(`mdk_${index}`) }),
    }),
};
