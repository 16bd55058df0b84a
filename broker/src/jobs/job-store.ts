import { isFinal, jobStateSchema, type JobState } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { openJournal, type JournalPlace } from '../stores/journal/index.js';
import { isDeadLetter, isUnjudged, jobDocumentSchema, type JobDocument } from './job-document.js';
import { searchTest, searchWords, type JobSearch } from './job-search.js';

/** What is held in memory of every job, finished ones too. */
interface Entry extends JournalPlace {
  state: JobState;
  createdAt: number;
  /** `searchWords` of the job. */
  words: string;
  isDead: boolean;
  isUnjudged: boolean;
}

type Facts = Omit<Entry, keyof JournalPlace>;

/** Jobs on disk. Of those that have ended only where they lie is held in memory. */
export interface JobStore {
  /** The jobs that had not ended when the store was opened. */
  unfinished: JobDocument[];
  /** Resolves once it is on disk. Of versions that wait together only the last is written. */
  put(job: JobDocument): Promise<void>;
  get(id: string): Promise<JobDocument | null>;
  remove(id: string): Promise<void>;
  /** Newest first. */
  list(query: JobSearch & { limit: number; before?: number | undefined }): Promise<JobDocument[]>;
  /** How many jobs are dead letters. */
  deadLetters(): number;
  /** Jobs that have ended and verify another, without a verdict yet. */
  unjudged(): Promise<JobDocument[]>;
  /** Ids that begin so, at most `limit`. */
  idsFrom(prefix: string, limit: number): string[];
  /** How many are stored in each state. */
  counts(): Map<JobState, number>;
  /** Every stored job, read from disk one after another. */
  each(take: (job: JobDocument) => void): Promise<void>;
  stop(): Promise<void>;
}

const factsOf = (job: JobDocument): Facts => ({
  state: job.state,
  createdAt: job.createdAt,
  words: searchWords(job),
  isDead: isDeadLetter(job),
  isUnjudged: isUnjudged(job),
});

const metaOf = ({ state, createdAt, words, isDead, isUnjudged: waits }: Facts) =>
  [state, createdAt, `${isDead ? 'd' : ''}${waits ? 'u' : ''}`, encodeURIComponent(words)].join(':');

function parseMeta(meta: string): Facts | null {
  const [state, createdAt, flags = '', words = ''] = meta.split(':');
  const known = jobStateSchema.safeParse(state);
  if (!known.success) return null;
  return {
    state: known.data,
    createdAt: Number(createdAt),
    words: decodeURIComponent(words),
    isDead: flags.includes('d'),
    isUnjudged: flags.includes('u'),
  };
}

/** Opens (or makes) the store in `dir`. A job that no longer fits its schema is left out and logged. */
export async function openJobStore(options: {
  dir: string;
  logger: Logger;
  segmentBytes?: number;
}): Promise<JobStore> {
  const { logger } = options;
  const entries = new Map<string, Entry>();
  const open = new Map<string, () => string>();
  const unwritten = new Map<string, { job: JobDocument; written: Promise<void> }>();
  /** Ids by age, the oldest first. */
  let byAge: string[] = [];
  let loading = true;
  let aliveBytes = 0;
  const dead = new Set<string>();
  const unjudged = new Set<string>();

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
    unjudged.delete(id);
    if (!loading) byAge.splice(byAge.lastIndexOf(id), 1);
  }

  const ageOf = (id: string | undefined) => entries.get(id ?? '')?.createdAt ?? 0;

  function note(id: string, entry: Entry): void {
    const known = entries.get(id);
    aliveBytes += entry.bytes - (known?.bytes ?? 0);
    entries.set(id, entry);
    if (entry.isDead) dead.add(id);
    else dead.delete(id);
    if (entry.isUnjudged && isFinal(entry.state)) unjudged.add(id);
    else unjudged.delete(id);
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
    logger,
    ...(options.segmentBytes !== undefined && { segmentBytes: options.segmentBytes }),
    isAlive,
    aliveBytes: () => aliveBytes,
    onMoved(id, _from, to) {
      const entry = entries.get(id);
      if (entry !== undefined) Object.assign(entry, to);
    },
    onRecord({ key, meta, body }, at) {
      const facts = parseMeta(meta);
      open.delete(key);
      if (facts === null) return drop(key);
      if (!isFinal(facts.state)) open.set(key, body);
      note(key, { ...at, ...facts });
    },
    onFileRead() {
      for (const [id, body] of open) {
        const text = body();
        open.set(id, () => text);
      }
    },
  });
  loading = false;
  byAge = [...entries.keys()].sort((a, b) => ageOf(a) - ageOf(b));
  const unfinished = [...open].flatMap(([id, body]) => {
    const job = parse(id, body());
    if (job === null) drop(id);
    return job ?? [];
  });
  open.clear();

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

  async function readAll(ids: readonly string[]): Promise<JobDocument[]> {
    const jobs = await Promise.all(ids.map(read));
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
      const waits = unwritten.get(job.id);
      if (waits !== undefined) {
        waits.job = job;
        return waits.written;
      }
      const waiting = { job, written: Promise.resolve() };
      unwritten.set(job.id, waiting);
      waiting.written = write(job.id);
      return waiting.written;
    },
    get: read,
    async remove(id) {
      unwritten.delete(id);
      if (entries.has(id)) await write(id);
    },
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
    deadLetters: () => dead.size,
    unjudged: () => readAll([...unjudged]),
    idsFrom(prefix, limit) {
      const found: string[] = [];
      for (const id of entries.keys()) {
        if (found.length === limit) break;
        if (id.startsWith(prefix)) found.push(id);
      }
      return found;
    },
    counts() {
      const counts = new Map<JobState, number>();
      for (const { state } of entries.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
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
