/** @typedef {{ ready: { url: string }, token: string }} Reachable */

/**
 * One call of the hub's HTTP API; the answer's JSON. Throws with the hub's own sentence.
 *
 * @template T
 * @param {Reachable} hub
 * @param {string} path below /api/v1
 * @param {{ method?: string, json?: unknown }} [call]
 * @returns {Promise<T>}
 */
export async function callHub({ ready, token }, path, { method = 'GET', json } = {}) {
  const response = await fetch(`${ready.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return JSON.parse(text === '' ? 'null' : text);
}

/**
 * Every item of a list, page by page.
 *
 * @template T
 * @param {Reachable} hub
 * @param {'nodes' | 'series'} name
 * @returns {Promise<T[]>}
 */
export async function listAll(hub, name) {
  /** @type {T[]} */
  const all = [];
  for (let query = ''; ;) {
    /** @type {Record<string, T[]> & { nextCursor: string | null }} */
    const page = await callHub(hub, `/${name}${query}`);
    all.push(...(page[name] ?? []));
    if (page.nextCursor === null) return all;
    query = `?cursor=${page.nextCursor}`;
  }
}

/** @param {Reachable} hub @returns {Promise<import('@meshdeck/shared').NodeView[]>} */
export const listNodes = (hub) => listAll(hub, 'nodes');

/**
 * Asks again until the answer will do.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} willDo
 * @param {{ what: string, timeoutMs?: number, everyMs?: number }} options
 * @returns {Promise<T>}
 */
export async function until(ask, willDo, { what, timeoutMs = 30_000, everyMs = 100 }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (willDo(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(
        `Waited ${timeoutMs} ms in vain for ${what}; last: ${JSON.stringify(answer).slice(0, 2000)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** A machine that would take work now. @param {import('@meshdeck/shared').NodeView} node */
export const isReadyForWork = (node) =>
  node.membership === 'joined' && node.presence === 'active' && node.metrics !== null && !node.benchmarking;
