import { isFinal, jobStateSchema, type JobId, type JobState, type PersonId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import {
  damageWords,
  DamagedRecordError,
  openJournal,
  type JournalPlace,
} from '../../stores/journal/index.js';
import type { StoreHealth } from '../../stores/store-health.js';
import { isDeadLetter, isPendingVerification, jobDocumentSchema, type JobDocument } from '../job-document.js';
import { failed } from '../attempts/job-state-machine.js';
import { searchTest, searchWords, type JobSearch } from './job-search.js';
import { uncertainFailure, uncertainJobs, uncertainWords } from './uncertain-jobs.js';

/** What is held in memory of every job, finished ones too. */
interface Entry extends JournalPlace {
  state: JobState;
  createdAt: number;
  /** `searchWords` of the job. */
  words: string;
  isDead: boolean;
  isPendingVerification: boolean;
  owner: PersonId;
}

type Facts = Omit<Entry, keyof JournalPlace>;

/** A version that is not on disk yet. */
interface Unwritten {
  job: JobDocument;
  written: Promise<void>;
}

/** Jobs on disk. Of those that have ended only where they lie is held in memory. */
export interface JobStore {
  /** The jobs that had not ended when the store was opened. */
  unfinished: JobDocument[];
  /** Resolves once it is on disk. Of versions that wait together only the last is written. */
  put(job: JobDocument): Promise<void>;
  get(id: JobId): Promise<JobDocument | null>;
  remove(id: JobId): Promise<void>;
  /** Newest first. */
  list(query: JobSearch & { limit: number; before?: number | undefined }): Promise<JobDocument[]>;
  /**
   * The same, and no more than can be read in a moment: a job in ten thousand parts has megabytes. `known` are those that
   * need not be read. One is given at least.
   */
  page(
    query: JobSearch & { limit: number; before?: number | undefined; mostBytes?: number },
    known: (id: JobId) => JobDocument | undefined,
  ): Promise<StoredPage>;
  /** How many jobs are dead letters, of one person or of all. */
  deadLetters(owner?: PersonId): number;
  /** Jobs that have ended and verify another, without a verdict yet. */
  pendingVerification(): Promise<JobDocument[]>;
  /** Whose job it is; undefined where there is none. */
  ownerOf(id: JobId): PersonId | undefined;
  /** Ids that begin so, at most `limit`. */
  idsFrom(prefix: string, limit: number): JobId[];
  /** How many are stored in each state. */
  counts(owner?: PersonId): Map<JobState, number>;
  /** Every stored job, read from disk one after another. */
  each(take: (job: JobDocument) => void): Promise<void>;
  stop(): Promise<void>;
}

export interface StoredPage {
  jobs: JobDocument[];
  hasMore: boolean;
  /** Of what was read from disk. */
  readBytes: number;
}

/** Of documents read for one page; an ordinary job has two or three KiB. */
const pageBytes = 4 * 1024 * 1024;

const factsOf = (job: JobDocument): Facts => ({
  state: job.state,
  createdAt: job.createdAt,
  owner: job.owner,
  words: searchWords(job),
  isDead: isDeadLetter(job),
  isPendingVerification: isPendingVerification(job),
});

const metaOf = ({ state, createdAt, owner, words, isDead, isPendingVerification: waits }: Facts) =>
  [state, createdAt, owner, `${isDead ? 'd' : ''}${waits ? 'u' : ''}`, encodeURIComponent(words)].join(':');

function parseMeta(meta: string): Facts | null {
  const [state, createdAt, owner = '', flags = '', words = ''] = meta.split(':');
  const known = jobStateSchema.safeParse(state);
  if (!known.success) return null;
  return {
    state: known.data,
    createdAt: Number(createdAt),
    owner,
    words: decodeURIComponent(words),
    isDead: flags.includes('d'),
    isPendingVerification: flags.includes('u'),
  };
}

interface JobStoreOptions {
  dir: string;
  logger: Logger;
  segmentBytes?: number;
  /** Told what was damaged. */
  health?: StoreHealth;
  now?: () => number;
}

/** Opens (or makes) the store in `dir`. A job that no longer fits its schema is left out and logged. */
export const openJobStore = async (options: JobStoreOptions): Promise<JobStore> =>
  // Where a job that goes on is damaged, all of the journal is read: what else it has of that job decides.
  (await open({ ...options, believeIndexes: true })) ?? open({ ...options, believeIndexes: false });

/** Null where indexes were believed and the record of a job that has not ended is damaged. */
async function open(options: JobStoreOptions & { believeIndexes: true }): Promise<JobStore | null>;
async function open(options: JobStoreOptions & { believeIndexes: false }): Promise<JobStore>;
async function open(options: JobStoreOptions & { believeIndexes: boolean }): Promise<JobStore | null> {
  const { logger } = options;
  const entries = new Map<string, Entry>();
  const unfinishedIds = new Set<string>();
  const unwritten = new Map<string, Unwritten>();
  /** Ids by age, the oldest first. */
  let byAge: string[] = [];
  let loading = true;
  let aliveBytes = 0;
  const dead = new Set<string>();
  const pendingVerification = new Set<string>();

  function parse(id: string, body: string): JobDocument | null {
    try {
      return jobDocumentSchema.parse(JSON.parse(body));
    } catch (error) {
      logger.error({ job: id, error: String(error).slice(0, 500) }, 'stored job left out');
      return null;
    }
  }

  function drop(id: string): void {
    const entry = entries.get(id);
    if (entry === undefined) return;
    aliveBytes -= entry.bytes;
    entries.delete(id);
    dead.delete(id);
    pendingVerification.delete(id);
    if (!loading) byAge.splice(byAge.lastIndexOf(id), 1);
  }

  const ageOf = (id: string | undefined) => entries.get(id ?? '')?.createdAt ?? 0;

  function note(id: string, entry: Entry): void {
    const known = entries.get(id);
    aliveBytes += entry.bytes - (known?.bytes ?? 0);
    entries.set(id, entry);
    if (entry.isDead) dead.add(id);
    else dead.delete(id);
    if (entry.isPendingVerification && isFinal(entry.state)) pendingVerification.add(id);
    else pendingVerification.delete(id);
    if (known !== undefined || loading) return;
    let at = byAge.length;
    while (at > 0 && ageOf(byAge[at - 1]) > entry.createdAt) at -= 1;
    byAge.splice(at, 0, id);
  }

  const isAlive = (id: string, at: JournalPlace): boolean => {
    const entry = entries.get(id);
    return entry !== undefined && entry.segment === at.segment && entry.offset === at.offset;
  };

  const journal = await openJournal({
    dir: options.dir,
    durable: true,
    believeIndexes: options.believeIndexes,
    logger,
    ...(options.segmentBytes !== undefined && { segmentBytes: options.segmentBytes }),
    isAlive,
    aliveBytes: () => aliveBytes,
    onMoved(id, _from, to) {
      const entry = entries.get(id);
      if (entry !== undefined) Object.assign(entry, to);
    },
    onRecord({ key, meta }, at) {
      const facts = parseMeta(meta);
      unfinishedIds.delete(key);
      if (facts === null) return drop(key);
      if (!isFinal(facts.state)) unfinishedIds.add(key);
      note(key, { ...at, ...facts });
    },
    onDamage(damage) {
      for (const sentence of damageWords(options.dir, 'jobs', damage)) options.health?.noted(sentence);
    },
  });
  loading = false;
  byAge = [...entries.keys()].sort((a, b) => ageOf(a) - ageOf(b));
  const ids = [...unfinishedIds];
  const bodies = await journal.readMany(ids.flatMap((id) => entries.get(id) ?? []));
  if (options.believeIndexes && bodies.includes(null)) {
    await journal.stop();
    return null;
  }
  const unfinished = ids.flatMap((id, at) => {
    const body = bodies[at] ?? null;
    const job = body === null ? null : parse(id, body);
    if (job === null) drop(id);
    return job ?? [];
  });
  await giveUpUncertain();

  /** Jobs that may have ended in what the disk has lost are not run again: they end here, and say so. */
  async function giveUpUncertain(): Promise<void> {
    const places = new Map(unfinished.flatMap(({ id }) => [[id, { ...entries.get(id) } as JournalPlace]]));
    const uncertain = uncertainJobs(places, journal.damage, () => entries.keys());
    for (const sentence of damageWords(options.dir, 'jobs', journal.damage)) options.health?.noted(sentence);
    if (uncertain.size === 0) return;
    logger.error({ jobs: [...uncertain].slice(0, 50), count: uncertain.size }, 'jobs given up: records lost');
    options.health?.noted(uncertainWords([...uncertain]));
    const at = (options.now ?? Date.now)();
    for (const job of unfinished.filter(({ id }) => uncertain.has(id))) {
      const ended = failed(job, uncertainFailure, Math.max(at, job.startedAt ?? job.createdAt));
      if (ended !== null) unwritten.set(job.id, { job: ended, written: Promise.resolve() });
    }
    await Promise.all([...unwritten.keys()].map(write));
    unfinished.splice(0, Infinity, ...unfinished.filter(({ id }) => !uncertain.has(id)));
  }

  async function read(id: string): Promise<JobDocument | null> {
    for (let tries = 0; ; tries += 1) {
      const entry = entries.get(id);
      if (entry === undefined) return null;
      try {
        return parse(id, await journal.read({ ...entry }));
      } catch (error) {
        // It may have been moved between the look and the reading.
        if (tries > 2) throw error;
      }
    }
  }

  /** One that is damaged is missing from a list, and hides no other. */
  async function readForList(id: string): Promise<JobDocument | null> {
    try {
      return await read(id);
    } catch (error) {
      if (!(error instanceof DamagedRecordError)) throw error;
      logger.error({ job: id, reason: error.message }, 'stored job is damaged');
      options.health?.noted(`Job ${id} is left out of lists. ${error.message}`);
      return null;
    }
  }

  async function readAll(ids: readonly string[]): Promise<JobDocument[]> {
    const jobs = await Promise.all(ids.map(readForList));
    return jobs.filter((job) => job !== null);
  }

  async function write(id: string): Promise<void> {
    const written: { facts: Facts | null } = { facts: null };
    const place = await journal.append(() => {
      const job = unwritten.get(id)?.job;
      unwritten.delete(id);
      if (job === undefined) return { key: id, meta: 'removed:0', body: '' };
      written.facts = factsOf(job);
      return { key: id, meta: metaOf(written.facts), body: JSON.stringify(job) };
    });
    if (written.facts === null) drop(id);
    else note(id, { ...place, ...written.facts });
  }

  return {
    unfinished,
    put(job) {
      const waiting = unwritten.get(job.id);
      if (waiting !== undefined) {
        waiting.job = job;
        return waiting.written;
      }
      const next: Unwritten = { job, written: Promise.resolve() };
      unwritten.set(job.id, next);
      next.written = write(job.id);
      return next.written;
    },
    get: read,
    async remove(id) {
      unwritten.delete(id);
      if (entries.has(id)) await write(id);
    },
    ownerOf: (id) => unwritten.get(id)?.job.owner ?? entries.get(id)?.owner,
    async list({ limit, before = Infinity, ...search }) {
      const fits = searchTest(search);
      const ids: string[] = [];
      for (let at = byAge.length - 1; at >= 0 && ids.length < limit; at -= 1) {
        const id = byAge[at] ?? '';
        const entry = entries.get(id);
        if (entry !== undefined && entry.createdAt < before && fits(entry)) ids.push(id);
      }
      return readAll(ids);
    },
    async page({ limit, before = Infinity, mostBytes = pageBytes, ...search }, known) {
      const fits = searchTest(search);
      const found: (JobDocument | string)[] = [];
      let readBytes = 0;
      let hasMore = false;
      for (let at = byAge.length - 1; at >= 0 && !hasMore; at -= 1) {
        const id = byAge[at] ?? '';
        const entry = entries.get(id);
        if (entry === undefined || entry.createdAt >= before || !fits(entry)) continue;
        const held = known(id);
        const bytes = held === undefined ? entry.bytes : 0;
        hasMore = found.length === limit || (found.length > 0 && readBytes + bytes > mostBytes);
        if (hasMore) break;
        readBytes += bytes;
        found.push(held ?? id);
      }
      const jobs = await Promise.all(found.map((one) => (typeof one === 'string' ? readForList(one) : one)));
      return { jobs: jobs.filter((job) => job !== null), hasMore, readBytes };
    },
    deadLetters: (owner) =>
      owner === undefined ? dead.size : [...dead].filter((id) => entries.get(id)?.owner === owner).length,
    pendingVerification: () => readAll([...pendingVerification]),
    idsFrom(prefix, limit) {
      const found: string[] = [];
      for (const id of entries.keys()) {
        if (found.length === limit) break;
        if (id.startsWith(prefix)) found.push(id);
      }
      return found;
    },
    counts(owner) {
      const counts = new Map<JobState, number>();
      for (const entry of entries.values()) {
        if (owner !== undefined && entry.owner !== owner) continue;
        counts.set(entry.state, (counts.get(entry.state) ?? 0) + 1);
      }
      return counts;
    },
    each: (take) =>
      journal.each((id, body) => {
        const job = parse(id, body);
        if (job !== null) take(job);
      }),
    stop: journal.stop,
  };
}
