import { decisionSchema, type Decision, type JobId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import {
  damageWords,
  openJournal,
  samePlace,
  type JournalDamage,
  type JournalPlace,
} from '../../stores/journal/index.js';
import type { StoreHealth } from '../../stores/store-health.js';

/** The placement reasoning of every job, for people: a power cut may take the last of it. */
export interface DecisionLog {
  /** Resolves when the system has it. */
  add(jobId: JobId, decision: Decision): Promise<void>;
  /** Every one, oldest first, read as they are taken. */
  of(jobId: JobId): AsyncGenerator<Decision>;
  /** The newest before the `before`th, oldest first, as many as make a page; and how many come before them. */
  page(jobId: JobId, before?: number): Promise<{ decisions: Decision[]; earlier: number }>;
  remove(jobId: JobId): Promise<void>;
  stop(): Promise<void>;
}

/** One decision in a large room is half a megabyte. */
const page = { decisions: 100, bytes: 512 * 1024 };

/** Opens (or makes) the log in `dir`; where each job's decisions lie is held in memory. */
export async function openDecisionLog(options: {
  dir: string;
  logger: Logger;
  health?: StoreHealth;
}): Promise<DecisionLog> {
  const { logger } = options;
  const places = new Map<JobId, JournalPlace[]>();
  let aliveBytes = 0;
  let last: Promise<unknown> = Promise.resolve();

  function note(jobId: JobId, place: JournalPlace): void {
    aliveBytes += place.bytes;
    const known = places.get(jobId);
    if (known === undefined) places.set(jobId, [place]);
    else known.push(place);
  }

  function drop(jobId: JobId): void {
    for (const { bytes } of places.get(jobId) ?? []) aliveBytes -= bytes;
    places.delete(jobId);
  }

  const journal = await openJournal({
    dir: options.dir,
    durable: false,
    gatherMs: 50,
    logger,
    isAlive: (jobId, at) => places.get(jobId)?.some((place) => samePlace(place, at)) ?? false,
    aliveBytes: () => aliveBytes,
    onMoved(jobId, from, to) {
      places.set(
        jobId,
        (places.get(jobId) ?? []).map((place) => (samePlace(place, from) ? to : place)),
      );
    },
    counts: 'all',
    onRecord({ key, meta }, at) {
      if (meta === 'removed') drop(key);
      else note(key, at);
    },
    onDamage: tellDamage,
  });
  tellDamage(journal.damage);

  function tellDamage(damage: JournalDamage): void {
    for (const sentence of damageWords(options.dir, 'reasons of placements', damage)) {
      options.health?.noted(sentence);
    }
  }

  function append(jobId: JobId, meta: string, body: string): Promise<JournalPlace> {
    const written = journal.append(() => ({ key: jobId, meta, body }));
    last = written.catch(() => undefined);
    return written;
  }

  async function read(place: JournalPlace): Promise<Decision[]> {
    try {
      return [decisionSchema.parse(JSON.parse(await journal.read(place)))];
    } catch (error) {
      logger.warn({ error: String(error).slice(0, 500) }, 'stored decision left out');
      return [];
    }
  }

  return {
    async add(jobId, decision) {
      note(jobId, await append(jobId, 'decision', JSON.stringify(decision)));
    },
    async *of(jobId) {
      // What was said before this was asked is part of the answer.
      await last;
      const length = places.get(jobId)?.length ?? 0;
      for (let index = 0; index < length; index += 1) {
        // Looked up as it is read: the journal may have moved it since.
        const place = places.get(jobId)?.[index];
        if (place !== undefined) yield* await read(place);
      }
    },
    async page(jobId, before = Infinity) {
      await last;
      const all = places.get(jobId) ?? [];
      const end = Math.min(all.length, before);
      let from = end;
      for (let bytes = 0; from > 0 && end - from < page.decisions; from -= 1) {
        bytes += all[from - 1]?.bytes ?? 0;
        if (from < end && bytes > page.bytes) break;
      }
      const decisions = await Promise.all(all.slice(from, end).map(read));
      return { decisions: decisions.flat(), earlier: from };
    },
    async remove(jobId) {
      await last;
      if (!places.has(jobId)) return;
      drop(jobId);
      await append(jobId, 'removed', '');
    },
    stop: journal.stop,
  };
}
