import { callFor } from '../calls.mjs';

/** @typedef {import('../room.mjs').Facts} Facts */
/** @typedef {import('../calls.mjs').Counts} Counts */
/** @typedef {(facts: Facts, ms: number) => Promise<Counts>} Storm */

export const bearer = (/** @type {string} */ key) => ({ authorization: `Bearer ${key}` });

/** As many of these as come in, then `work` with each at once. @template T @param {number} count @param {() => Promise<T | null>} open @param {(one: T) => Promise<unknown>} work @returns {Promise<Counts>} */
export async function withMany(count, open, work) {
  const opened = await Promise.all(Array.from({ length: count }, open));
  const isIn = opened.filter((one) => one !== null);
  await Promise.all(isIn.map((one) => work(/** @type {T} */ (one))));
  return { in: isIn.length, refused: count - isIn.length };
}

/** The same request over and over. @param {(facts: Facts, index: number) => Omit<import('../calls.mjs').Call, 'headers'> & { key: string, headers?: Record<string, string> }} make @param {number} atOnce @returns {Storm} */
export const calls =
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
export const gets = (path, atOnce) =>
  calls((facts) => ({ url: `${facts.url}${path(facts)}`, key: facts.people.user.key }), atOnce);

/** @param {string} path @param {(facts: Facts, index: number) => unknown} json @param {number} [atOnce] */
export const posts = (path, json, atOnce) =>
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
