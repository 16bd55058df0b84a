/** What a cache entry needs to be judged by. */
export interface CacheEntry {
  bytes: number;
  lastUsedMs: number;
  /** How many attempts use it now. */
  users: number;
}

/** Keys to give up, least recently used first, until the rest fits into `limitBytes`. What is in use stays. */
export function selectEvictions(entries: ReadonlyMap<string, CacheEntry>, limitBytes: number): string[] {
  let total = [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const idle = [...entries]
    .filter(([, { users }]) => users === 0)
    .sort(([, a], [, b]) => a.lastUsedMs - b.lastUsedMs);
  const evictions: string[] = [];
  for (const [key, { bytes }] of idle) {
    if (total <= limitBytes) break;
    evictions.push(key);
    total -= bytes;
  }
  return evictions;
}
