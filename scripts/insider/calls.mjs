import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';

/** @typedef {Record<string, number>} Counts answers by their status, `cut` for those that never came */
/**
 * @typedef {object} Call
 * @property {string} url
 * @property {string} [method]
 * @property {Record<string, string>} [headers]
 * @property {string | Buffer} [body]
 * @property {{ key: string, cert: string }} [identity] for the machines' door
 * @property {boolean} [unread] the answer is not read
 * @property {number} [patienceMs]
 */

const plain = new Agent({ keepAlive: true, maxSockets: 120 });
/** @type {WeakMap<object, TlsAgent>} */
const secure = new WeakMap();

/** @param {{ key: string, cert: string } | undefined} identity */
function agentFor(identity) {
  if (identity === undefined) return plain;
  const known = secure.get(identity);
  if (known !== undefined) return known;
  const made = new TlsAgent({ keepAlive: true, maxSockets: 60, rejectUnauthorized: false, ...identity });
  secure.set(identity, made);
  return made;
}

/** The status, or `cut`. @param {Call} call @returns {Promise<string>} */
export function ask({
  url,
  method = 'GET',
  headers = {},
  body,
  identity,
  unread = false,
  patienceMs = 5_000,
}) {
  return new Promise((resolve) => {
    const open = url.startsWith('https') ? requestTls : request;
    /** @type {import('node:http').ClientRequest} */
    let call;
    try {
      call = open(url, {
        ...{ method, headers, agent: agentFor(identity), timeout: patienceMs },
        ...(url.startsWith('https') ? { rejectUnauthorized: false, ...identity } : {}),
      });
    } catch {
      // A path that no client sends.
      return resolve('unsent');
    }
    const timer = setTimeout(() => call.destroy(), patienceMs);
    call.on('response', (response) => {
      if (unread) return;
      response.resume();
      response.once('end', () => {
        clearTimeout(timer);
        resolve(String(response.statusCode));
      });
    });
    call.on('close', () => {
      clearTimeout(timer);
      resolve('cut');
    });
    call.on('error', () => undefined);
    call.end(body);
  });
}

/**
 * Calls, so many at once, until the time is over.
 *
 * @param {{ ms: number, atOnce: number, next: (index: number) => Call }} options
 * @returns {Promise<Counts>}
 */
export async function callFor({ ms, atOnce, next }) {
  /** @type {Counts} */
  const counts = {};
  const end = performance.now() + ms;
  let index = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < end) {
        const status = await ask({
          patienceMs: Math.max(500, end - performance.now() + 500),
          ...next(index++),
        });
        counts[status] = (counts[status] ?? 0) + 1;
      }
    }),
  );
  return counts;
}
