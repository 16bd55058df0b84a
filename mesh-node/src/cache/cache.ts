import { lstat, readdir, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Trash } from '../storage/trash.js';
import { treeUse } from '../storage/tree-use.js';
import { selectEvictions, type CacheEntry } from './lru.js';
import { makeFolder } from '../storage/make-folder.js';

/** Something the cache holds, for as long as it is needed. */
export interface Held {
  path: string;
  /** True where it was there already. */
  warm: boolean;
  release: () => void;
}

interface Entry extends CacheEntry {
  path: string;
}

/**
 * Files and folders by key, each made once whoever asks and however many at a time, with one limit on all of them.
 * What was not finished when an agent ended is gone when the next one starts.
 */
export interface Cache {
  hold: (key: string, make: (path: string) => Promise<void>, signal: AbortSignal) => Promise<Held>;
  /** Where what has a key lies, once it is there. */
  pathOf: (key: string) => string;
  /** Drops one key, once nobody uses it: it turned out to be damaged. */
  discard: (key: string) => Promise<void>;
  /** What is there, last used first. */
  keys: () => string[];
}

/** How far the access time on disk may be behind. */
const atimeAfterMs = 60_000;

/** Settles with `work`, or as soon as the signal aborts. */
function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Opens the cache below `folder`. Python environments cannot be moved, so makers build at the final path, marked as unfinished. */
export async function openCache(options: {
  folder: string;
  limitBytes: () => number;
  /** Something is there that was not, or is gone. */
  onChange?: () => void;
  /** Where goes what is given up, or was not finished. */
  trash: Pick<Trash, 'discard'>;
  logger: Logger;
}): Promise<Cache> {
  const { folder, trash, logger, onChange = () => undefined } = options;
  const entries = new Map<string, Entry>();
  const making = new Map<string, Promise<void>>();
  const unfinished = join(folder, 'unfinished');
  await makeFolder(unfinished);

  // A name in `unfinished` marks what was being made when an earlier agent ended.
  for (const key of await readdir(unfinished)) {
    const gone = await trash.discard(join(folder, key));
    if (gone) await trash.discard(join(unfinished, key));
  }
  for (const key of await readdir(folder)) {
    if (key === 'unfinished' || key === 'parts') continue;
    const path = join(folder, key);
    const facts = await lstat(path);
    // Its mark says that it was not finished, and it could not be moved away: it is no entry.
    if (await stat(join(unfinished, key)).catch(() => null)) continue;
    const bytes = facts.isDirectory() ? (await treeUse(path)).bytes : facts.size;
    entries.set(key, { path, bytes, lastUsedMs: facts.atimeMs, users: 0 });
  }

  async function remove(key: string): Promise<void> {
    const entry = entries.get(key);
    if (entry === undefined || entry.users > 0) return;
    entries.delete(key);
    onChange();
    await trash.discard(entry.path);
  }

  function touch({ path }: Entry): void {
    void stat(path)
      .then(({ mtime }) => utimes(path, new Date(), mtime))
      .catch((error: unknown) => logger.debug({ error }, 'no access time'));
  }

  async function makeRoom(): Promise<void> {
    const evictions = selectEvictions(entries, options.limitBytes());
    await Promise.all(evictions.map(remove));
    if (evictions.length > 0) logger.info({ evictions: evictions.length }, 'cache made room');
  }

  async function makeOnce(key: string, make: (path: string) => Promise<void>): Promise<void> {
    const path = join(folder, key);
    const marker = join(unfinished, key);
    await makeFolder(marker);
    try {
      await make(path);
    } catch (error) {
      if (await trash.discard(path)) await rmdir(marker);
      throw error;
    }
    await rmdir(marker);
    const facts = await stat(path);
    const bytes = facts.isDirectory() ? (await treeUse(path)).bytes : facts.size;
    entries.set(key, { path, bytes, lastUsedMs: Date.now(), users: 0 });
    onChange();
  }

  return {
    async hold(key, make, signal) {
      const warm = entries.has(key);
      while (!entries.has(key)) {
        signal.throwIfAborted();
        const theirs = making.get(key);
        if (theirs !== undefined) {
          // Whoever began it may have been cancelled: then it is ours to make.
          await abortable(theirs, signal).catch(() => undefined);
          continue;
        }
        const mine = makeOnce(key, make).finally(() => making.delete(key));
        making.set(key, mine);
        await mine;
      }
      const entry = entries.get(key);
      if (entry === undefined) throw new Error('unreachable: just made');
      entry.users += 1;
      const usedAgoMs = Date.now() - entry.lastUsedMs;
      entry.lastUsedMs = Date.now();
      // For the next start of this agent only: a minute is near enough.
      if (usedAgoMs > atimeAfterMs || !warm) touch(entry);
      makeRoom().catch((error: unknown) => logger.error({ error }, 'cache made no room'));
      let released = false;
      return {
        path: entry.path,
        warm,
        release() {
          if (released) return;
          released = true;
          entry.users -= 1;
        },
      };
    },
    pathOf: (key) => join(folder, key),
    discard: remove,
    keys: () => [...entries].sort(([, a], [, b]) => b.lastUsedMs - a.lastUsedMs).map(([key]) => key),
  };
}
