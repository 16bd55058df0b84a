import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { makeFolder } from '@meshdeck/shared/runtime';
import { moveToGrave, removeTree } from './remove-tree.js';

const againEveryMs = 10 * 60_000;
/** What takes longer to remove is removed while the agent goes on. */
const patienceMs = 5000;

/** What could not be removed, for people. */
export interface Leftovers {
  count: number;
  /** What the system said of the latest. */
  reason: string;
}

/**
 * Where everything goes that a job or an installation leaves. Nothing that a job did to its files ends the agent or stands in
 * its way: what cannot be removed now is set aside here, told, and tried again.
 */
export interface Trash {
  /**
   * Frees the place of `path` and removes what was there. Resolves when it is gone, or has been set aside. Never rejects.
   * @returns false where not even its place could be freed
   */
  discard: (path: string) => Promise<boolean>;
  leftovers: () => Leftovers | null;
  /** Tries again what was set aside. */
  retry: () => Promise<void>;
  stop: () => void;
}

/** Opens the trash in `folder` and begins to empty it of what an earlier run set aside. */
export async function openTrash(options: {
  folder: string;
  /** There are more or fewer leftovers than before. */
  onChange?: () => void;
  logger: Logger;
}): Promise<Trash> {
  const { folder, logger, onChange = () => undefined } = options;
  /** What is left, by its place, with why. */
  const left = new Map<string, string>();
  const atWork = new Set<string>();
  await makeFolder(folder);

  function note(path: string, error: unknown): void {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 200);
    if (!left.has(path))
      logger.warn({ reason }, 'something could not be removed; it is set aside and tried again later');
    left.set(path, reason);
    onChange();
  }

  function settled(path: string): void {
    if (left.delete(path)) onChange();
  }

  async function remove(moved: string): Promise<void> {
    atWork.add(moved);
    try {
      const kept = await removeTree(moved, folder);
      if (!kept.has(moved)) settled(moved);
      for (const [path, error] of kept) note(path, error);
    } finally {
      atWork.delete(moved);
    }
  }

  async function discard(path: string): Promise<boolean> {
    let moved: string | null;
    try {
      moved = await moveToGrave(path, folder);
    } catch (error) {
      note(path, error);
      return false;
    }
    settled(path);
    if (moved === null) return true;
    const patience = new AbortController();
    const { signal } = patience;
    await Promise.race([
      remove(moved),
      delay(patienceMs, undefined, { signal, ref: false }).catch(() => undefined),
    ]);
    patience.abort();
    return true;
  }

  async function retry(): Promise<void> {
    for (const path of [...left.keys()]) if (dirname(path) !== folder) await discard(path);
    try {
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        if (!atWork.has(path)) await remove(path);
      }
    } catch (error) {
      note(folder, error);
    }
  }

  void retry();
  const timer = setInterval(() => void retry(), againEveryMs).unref();
  return {
    discard,
    leftovers() {
      const reason = [...left.values()].at(-1);
      return reason === undefined ? null : { count: left.size, reason };
    },
    retry,
    stop: () => clearInterval(timer),
  };
}
