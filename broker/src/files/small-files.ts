import type { Logger } from 'pino';
import {
  damageWords,
  DamagedRecordError,
  openJournal,
  samePlace,
  type JournalDamage,
  type JournalPlace,
} from '../stores/journal/index.js';
import type { StoreHealth } from '../stores/store-health.js';

/**
 * Files of a few kilobytes, in one journal: what comes together reaches the disk by one write and one flush, where a
 * file of its own takes eleven calls and two flushes.
 */
export interface SmallFiles {
  /** Bytes, or null where it is not here. */
  size(sha256: string): number | null;
  /** Resolves once it is on disk. */
  put(sha256: string, bytes: Buffer): Promise<void>;
  read(sha256: string): Promise<Buffer | null>;
  /** So that it counts as young from now on. */
  touch(sha256: string): void;
  remove(sha256: string): Promise<void>;
  /** What nobody refers to and nobody touched for so long. */
  stale(referenced: ReadonlySet<string>, olderThanMs: number): string[];
  stop(): Promise<void>;
}

interface Entry extends JournalPlace {
  size: number;
  touchedAt: number;
}

const removedMeta = 'removed';

/** Opens (or makes) the journal in `dir`. */
export async function openSmallFiles(options: {
  dir: string;
  logger: Logger;
  now: () => number;
  /** Told what was damaged. */
  health?: StoreHealth;
}): Promise<SmallFiles> {
  const { now } = options;
  const entries = new Map<string, Entry>();
  const writing = new Map<string, Promise<void>>();
  let aliveBytes = 0;

  function drop(sha256: string): void {
    aliveBytes -= entries.get(sha256)?.bytes ?? 0;
    entries.delete(sha256);
  }

  function note(sha256: string, entry: Entry): void {
    drop(sha256);
    entries.set(sha256, entry);
    aliveBytes += entry.bytes;
  }

  const journal = await openJournal({
    dir: options.dir,
    durable: true,
    logger: options.logger,
    isAlive(sha256, at) {
      const entry = entries.get(sha256);
      return entry !== undefined && samePlace(entry, at);
    },
    aliveBytes: () => aliveBytes,
    onMoved(sha256, _from, to) {
      const entry = entries.get(sha256);
      if (entry !== undefined) Object.assign(entry, to);
    },
    onRecord({ key, meta }, at) {
      const [size = 0, touchedAt = 0] = meta.split(':').map(Number);
      if (meta === removedMeta) drop(key);
      else note(key, { ...at, size, touchedAt });
    },
    onDamage: tellDamage,
  });
  tellDamage(journal.damage);

  function tellDamage(damage: JournalDamage): void {
    for (const sentence of damageWords(options.dir, 'small files', damage)) {
      options.health?.noted(`${sentence} What needs one of them says so by its hash; upload it again.`);
    }
  }

  async function write(sha256: string, bytes: Buffer): Promise<void> {
    const touchedAt = now();
    const size = bytes.length;
    const place = await journal.append(() => ({
      key: sha256,
      meta: `${size}:${touchedAt}`,
      body: bytes.toString('base64'),
    }));
    note(sha256, { ...place, size, touchedAt });
  }

  return {
    size: (sha256) => entries.get(sha256)?.size ?? null,
    put(sha256, bytes) {
      const known = writing.get(sha256);
      if (known !== undefined) return known;
      const written = write(sha256, bytes).finally(() => writing.delete(sha256));
      writing.set(sha256, written);
      return written;
    },
    async read(sha256) {
      const entry = entries.get(sha256);
      if (entry === undefined) return null;
      try {
        return Buffer.from(await journal.read({ ...entry }), 'base64');
      } catch (error) {
        // It may have been moved, or removed, between the look and the reading.
        const current = entries.get(sha256);
        if (current === undefined) return null;
        if (samePlace(current, entry)) {
          // It counts as not here from now on, so that it can be uploaded again.
          if (error instanceof DamagedRecordError) drop(sha256);
          throw error;
        }
        return Buffer.from(await journal.read({ ...current }), 'base64');
      }
    },
    touch(sha256) {
      const entry = entries.get(sha256);
      if (entry !== undefined) entry.touchedAt = now();
    },
    async remove(sha256) {
      if (!entries.has(sha256)) return;
      drop(sha256);
      await journal.append(() => ({ key: sha256, meta: removedMeta, body: '' }));
    },
    stale: (referenced, olderThanMs) =>
      [...entries].flatMap(([sha256, { touchedAt }]) =>
        referenced.has(sha256) || now() - touchedAt < olderThanMs ? [] : [sha256],
      ),
    stop: journal.stop,
  };
}
