import type { JobId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import * as z from 'zod';
import { recordedDecisionSchema, type RecordedDecision } from '../../placement/recorded-decision.js';
import {
  damageWords,
  openJournal,
  samePlace,
  type JournalDamage,
  type JournalPlace,
} from '../../stores/journal/index.js';
import type { StoreHealth } from '../../stores/store-health.js';
import { createMomentPlaces } from './moment-places.js';

/** The placement reasoning of every job, for people: a power cut may take the last of it. */
export interface DecisionLog {
  /** Resolves when the system has it. */
  add(jobId: JobId, decision: RecordedDecision): Promise<void>;
  /** Every one, oldest first, read as they are taken. */
  of(jobId: JobId): AsyncGenerator<RecordedDecision>;
  /** The newest before the `before`th, oldest first, as many as make a page; and how many come before them. */
  page(jobId: JobId, before?: number): Promise<{ decisions: RecordedDecision[]; earlier: number }>;
  /** Null where the job has none of this number. */
  one(jobId: JobId, number: number): Promise<RecordedDecision | null>;
  /** How many there are of the job. */
  count(jobId: JobId): number;
  remove(jobId: JobId): Promise<void>;
  /** How many were added since it was opened. */
  kept(): number;
  /** The machines of decisions; gone with the last decision that names them. */
  keepMoment(id: string, text: string): Promise<void>;
  moment(id: string): Promise<string | null>;
  hasMoment(id: string): boolean;
  stop(): Promise<void>;
}

/** One decision of an earlier version is half a megabyte in a large room. */
const page = { decisions: 100, bytes: 512 * 1024 };

/** One decision, and the moment that it names. */
interface Kept {
  place: JournalPlace;
  moment: string | null;
}

/** Opens (or makes) the log in `dir`; where each job's decisions lie is held in memory. */
export async function openDecisionLog(options: {
  dir: string;
  logger: Logger;
  health?: StoreHealth;
  segmentBytes?: number;
}): Promise<DecisionLog> {
  const { logger } = options;
  const places = new Map<JobId, Kept[]>();
  const moments = createMomentPlaces();
  let aliveBytes = 0;
  let kept = 0;
  let last: Promise<unknown> = Promise.resolve();

  function note(jobId: JobId, one: Kept): void {
    aliveBytes += one.place.bytes;
    const known = places.get(jobId);
    if (known === undefined) places.set(jobId, [one]);
    else known.push(one);
  }

  function drop(jobId: JobId): void {
    for (const { place, moment } of places.get(jobId) ?? []) {
      aliveBytes -= place.bytes;
      if (moment !== null) moments.release(moment);
    }
    places.delete(jobId);
  }

  const journal = await openJournal({
    dir: options.dir,
    durable: false,
    gatherMs: 50,
    logger,
    ...(options.segmentBytes !== undefined && { segmentBytes: options.segmentBytes }),
    isAlive: (key, at) =>
      moments.isAlive(key, at) || (places.get(key)?.some(({ place }) => samePlace(place, at)) ?? false),
    aliveBytes: () => aliveBytes + moments.aliveBytes(),
    onMoved(key, from, to) {
      if (moments.isAlive(key, from)) return moments.note(key, to);
      for (const one of places.get(key) ?? []) if (samePlace(one.place, from)) one.place = to;
    },
    counts: 'all',
    onRecord({ key, meta }, place) {
      const [kind, moment = null] = meta.split('@');
      if (kind === 'removed') drop(key);
      else if (kind === 'moment') moments.note(key, place);
      else note(key, { place, moment: moment === null ? null : moments.use(moment) });
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

  async function read({ place }: Kept, number: number): Promise<RecordedDecision[]> {
    try {
      return [{ ...recordedDecisionSchema.parse(JSON.parse(await journal.read(place))), number }];
    } catch (error) {
      logger.warn({ error: String(error).slice(0, 500) }, 'stored decision left out');
      return [];
    }
  }

  return {
    async add(jobId, decision) {
      kept += 1;
      const moment = decision.again === undefined ? null : moments.use(decision.again.moment);
      const meta = moment === null ? 'decision' : `decision@${moment}`;
      const place = await append(jobId, meta, JSON.stringify(decision)).catch((error: unknown) => {
        if (moment !== null) moments.release(moment);
        throw error;
      });
      note(jobId, { place, moment });
    },
    async *of(jobId) {
      // What was said before this was asked is part of the answer.
      await last;
      const length = places.get(jobId)?.length ?? 0;
      for (let index = 0; index < length; index += 1) {
        // Looked up as it is read: the journal may have moved it since.
        const one = places.get(jobId)?.[index];
        if (one !== undefined) yield* await read(one, index);
      }
    },
    async page(jobId, before = Infinity) {
      await last;
      const all = places.get(jobId) ?? [];
      const end = Math.min(all.length, before);
      let from = end;
      for (let bytes = 0; from > 0 && end - from < page.decisions; from -= 1) {
        bytes += all[from - 1]?.place.bytes ?? 0;
        if (from < end && bytes > page.bytes) break;
      }
      const decisions = await Promise.all(all.slice(from, end).map((one, at) => read(one, from + at)));
      return { decisions: decisions.flat(), earlier: from };
    },
    async one(jobId, number) {
      await last;
      const known = places.get(jobId)?.[number];
      const [decision = null] = known === undefined ? [] : await read(known, number);
      return decision;
    },
    count: (jobId) => places.get(jobId)?.length ?? 0,
    kept: () => kept,
    async keepMoment(id, text) {
      moments.note(id, await append(id, 'moment', JSON.stringify(text)));
    },
    hasMoment: (id) => moments.placeOf(id) !== undefined,
    async moment(id) {
      const place = moments.placeOf(id);
      return place === undefined ? null : z.string().parse(JSON.parse(await journal.read(place)));
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
