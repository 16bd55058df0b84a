import type { NodeView } from '@meshdeck/shared';

/** A hub that serves, and a key to it. */
export interface Reachable {
  ready: { url: string };
  token: string;
}

/** One call of the hub's HTTP API, `path` below /api/v1; the answer's JSON. Throws with the hub's own sentence. */
export async function callHub<T>(
  { ready, token }: Reachable,
  path: string,
  { method = 'GET', json }: { method?: string; json?: unknown } = {},
): Promise<T> {
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
  return JSON.parse(text === '' ? 'null' : text) as T;
}

/** Every item of a list, page by page. */
export async function listAll<T>(hub: Reachable, name: 'nodes' | 'series'): Promise<T[]> {
  const all: T[] = [];
  for (let query = ''; ;) {
    const page = await callHub<Record<typeof name, T[] | undefined> & { nextCursor: string | null }>(
      hub,
      `/${name}${query}`,
    );
    all.push(...(page[name] ?? []));
    if (page.nextCursor === null) return all;
    query = `?cursor=${page.nextCursor}`;
  }
}

export const listNodes = (hub: Reachable): Promise<NodeView[]> => listAll(hub, 'nodes');

/** Asks again until the answer will do; throws where it never does, with the last answer. `what` names what is waited for. */
export async function until<T>(
  ask: () => Promise<T>,
  willDo: (answer: T) => boolean,
  { what, timeoutMs = 30_000, everyMs = 100 }: { what: string; timeoutMs?: number; everyMs?: number },
): Promise<T> {
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

/** A machine that would take work now. */
export const isReadyForWork = (node: NodeView): boolean =>
  node.membership === 'joined' && node.presence === 'active' && node.metrics !== null && !node.benchmarking;
