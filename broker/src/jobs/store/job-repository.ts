import { isFinal, type JobId, type JobState, type PersonId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { SlotLedger } from '../../capacity/slot-ledger.js';
import { isSplit, type JobDocument } from '../job-document.js';
import { openAttempts } from '../attempts/job-state-machine.js';
import type { JobSearch } from './job-search.js';
import type { JobStore, StoredPage } from './job-store.js';
import { createFairQueue } from '../dispatch/fair-queue.js';

export interface Unfinished {
  jobs: number;
  parts: number;
}

/** Parts that it has, or asks for while its table is not cut yet. */
export function partsOf(job: Pick<JobDocument, 'tasks' | 'options'>): number {
  const { shards } = job.options;
  return Math.max(1, job.tasks.length === 0 && typeof shards === 'number' ? shards : job.tasks.length);
}

/** All jobs: the unfinished ones in memory and on disk, the finished ones on disk. */
export interface JobRepository {
  /** Unfinished jobs, oldest first. */
  active(): IterableIterator<JobDocument>;
  /** Ids of those with a task that waits for a machine, the next first. */
  queue(): Generator<string>;
  /** Those with an attempt under way. */
  underWay(): JobDocument[];
  /** Those of them whose table is split. */
  partsUnderWay(): JobDocument[];
  /** Those that wait for their tasks, or for their results to be merged. */
  inPreparation(): JobDocument[];
  find(id: JobId): JobDocument | undefined;
  get(id: JobId): Promise<JobDocument | null>;
  /**
   * Takes `next` as the truth and resolves once it is on disk; tell nobody before. When the disk refuses, memory
   * goes back to what it was.
   */
  save(next: JobDocument): Promise<void>;
  /**
   * For what decides nothing and may be lost, such as where a task was placed: told at once. Resolves once it is on
   * disk, as `save` does.
   */
  saveSoon(next: JobDocument): Promise<void>;
  /** Resolves once what was saved of this job is on disk, or was refused. */
  settled(jobId: JobId): Promise<void>;
  /** For what may be forgotten, such as progress: memory only. */
  note(next: JobDocument): void;
  /** A job that has ended, changed in what does not decide its fate; resolves once it is on disk. */
  amend(next: JobDocument): Promise<void>;
  /** Newest first. */
  list(query: JobSearch & { limit: number; before?: number | undefined }): Promise<JobDocument[]>;
  /** As many of them as can be read in a moment; those that have not ended need not be. */
  page(
    query: JobSearch & { limit: number; before?: number | undefined; mostBytes?: number },
  ): Promise<StoredPage>;
  /** How many jobs are dead letters, of one person or of all. */
  deadLetters(owner?: PersonId): number;
  /** Jobs that have ended and verify another, without a verdict yet. */
  pendingVerification(): Promise<JobDocument[]>;
  /** Whose job it is, of any state; undefined where there is none. */
  ownerOf(id: JobId): PersonId | undefined;
  findByPrefix(prefix: string): Promise<JobDocument[]>;
  remove(id: JobId): Promise<void>;
  /** Of one person, as they are on disk, or of all. */
  counts(owner?: PersonId): Partial<Record<JobState, number>>;
  /** What of one person's has not ended: jobs, and the parts they are or will be made of. */
  unfinishedOf(owner: PersonId): Unfinished;
  /** Hashes of every file that some job refers to. */
  files(): Promise<Set<string>>;
}

const keep = (set: Set<JobId>, id: JobId, isIn: boolean): unknown => (isIn ? set.add(id) : set.delete(id));
const hasOpenAttempt = (job: JobDocument) => job.tasks.some((task) => openAttempts(task).length > 0);
const needsPreparation = (job: JobDocument) => job.tasks.length === 0 || job.state === 'merging';

export function createJobRepository(options: {
  store: JobStore;
  /** Hashes of the files that a list in the store names. */
  filesOfList: (sha256: string) => Promise<Iterable<string>>;
  /** Open attempts are entered here. */
  capacity: Pick<SlotLedger, 'reserve' | 'release'>;
  logger: Logger;
  changed: (job: JobDocument) => void;
  removed: (jobId: JobId, owner: PersonId) => void;
}): JobRepository {
  const { store, capacity } = options;
  const active = new Map<JobId, JobDocument>();
  /** As they are on disk. */
  const stored = new Map<JobId, JobDocument>();
  const saving = new Map<JobId, Promise<void>>();
  const queue = createFairQueue();
  const underWay = new Set<JobId>();
  const partsUnderWay = new Set<JobId>();
  const inPreparation = new Set<JobId>();
  const unfinished = new Map<PersonId, Unfinished>();
  const counts = new Map(store.counts());

  for (const job of store.unfinished.sort((a, b) => a.createdAt - b.createdAt)) {
    // Counted by the store.
    counts.set(job.state, (counts.get(job.state) ?? 0) - 1);
    stored.set(job.id, job);
    become(job.id, job);
  }
  store.unfinished.length = 0;

  /** Memory's one way from a job as it was to the job as it is; undefined before the first and after the last. */
  function become(id: JobId, next: JobDocument | undefined): void {
    const before = active.get(id);
    const after = next === undefined || isFinal(next.state) ? undefined : next;
    if (after === undefined) active.delete(id);
    else active.set(id, after);
    if (before !== undefined) counts.set(before.state, (counts.get(before.state) ?? 0) - 1);
    if (next !== undefined) counts.set(next.state, (counts.get(next.state) ?? 0) + 1);
    queue.changed(before, after);
    keep(underWay, id, after !== undefined && hasOpenAttempt(after));
    keep(partsUnderWay, id, after !== undefined && isSplit(after) && underWay.has(id));
    keep(inPreparation, id, after !== undefined && needsPreparation(after));
    holdCapacity(before, after);
    countOwn(before, -1);
    countOwn(after, 1);
  }

  function countOwn(job: JobDocument | undefined, sign: 1 | -1): void {
    if (job === undefined) return;
    const known = unfinished.get(job.owner) ?? { jobs: 0, parts: 0 };
    const next = { jobs: known.jobs + sign, parts: known.parts + sign * partsOf(job) };
    if (next.jobs > 0) unfinished.set(job.owner, next);
    else unfinished.delete(job.owner);
  }

  /** Enters in the ledger what one change of one job means: ten thousand waiting jobs are not gone through each time. */
  function holdCapacity(before: JobDocument | undefined, after: JobDocument | undefined): void {
    const open = after?.tasks.flatMap(openAttempts) ?? [];
    const ids = new Set(open.map(({ id }) => id));
    for (const { id } of before?.tasks.flatMap(openAttempts) ?? []) if (!ids.has(id)) capacity.release(id);
    const memoryBytes = after?.options.memoryBytes ?? after?.needs.memoryBytes ?? 0;
    for (const { id, nodeId, placedAt: at } of open) {
      capacity.reserve({ id, nodeId, slots: 1, memoryBytes, at });
    }
  }

  /**
   * The disk refused: back to what it holds. A job whose end it refused takes its reports again, and what was placed
   * on the strength of it stays where it is.
   */
  function becomeStored(refused: JobDocument): void {
    const current = active.get(refused.id);
    if (current !== refused && !(current === undefined && isFinal(refused.state))) return;
    if (current === undefined) counts.set(refused.state, (counts.get(refused.state) ?? 0) - 1);
    become(refused.id, stored.get(refused.id));
  }

  /** Waits for the disk with a version that memory holds already. */
  async function stores(next: JobDocument, written: Promise<void>): Promise<void> {
    saving.set(next.id, written);
    try {
      await written;
    } catch (error) {
      options.logger.error({ job: next.id, error: String(error) }, 'job not saved');
      becomeStored(next);
      throw error;
    } finally {
      if (saving.get(next.id) === written) saving.delete(next.id);
    }
    if (isFinal(next.state)) stored.delete(next.id);
    else stored.set(next.id, next);
  }

  const jobsOf = (ids: ReadonlySet<JobId>) => [...ids].flatMap((id) => active.get(id) ?? []);
  const get = async (id: JobId): Promise<JobDocument | null> => active.get(id) ?? (await store.get(id));

  return {
    active: () => active.values(),
    queue: queue.inOrder,
    underWay: () => jobsOf(underWay),
    partsUnderWay: () => jobsOf(partsUnderWay),
    inPreparation: () => jobsOf(inPreparation),
    find: (id) => active.get(id),
    get,

    async save(next) {
      become(next.id, next);
      await stores(next, store.put(next));
      options.changed(isFinal(next.state) ? next : (active.get(next.id) ?? next));
    },

    async saveSoon(next) {
      become(next.id, next);
      options.changed(next);
      await stores(next, store.put(next));
    },

    async amend(next) {
      await store.put(next);
      options.changed(next);
    },

    settled: async (jobId) => saving.get(jobId)?.catch(() => undefined),

    note(next) {
      become(next.id, next);
      options.changed(next);
    },

    ownerOf: (id) => active.get(id)?.owner ?? store.ownerOf(id),

    async list(query) {
      const found = await store.list(query);
      return found.map((job) => active.get(job.id) ?? job);
    },

    async page(query) {
      const found = await store.page(query, (id) => active.get(id));
      return { ...found, jobs: found.jobs.map((job) => active.get(job.id) ?? job) };
    },

    deadLetters: store.deadLetters,
    pendingVerification: store.pendingVerification,

    async findByPrefix(prefix) {
      const jobs = await Promise.all(store.idsFrom(prefix, 2).map(get));
      return jobs.filter((job) => job !== null);
    },

    async remove(id) {
      const job = await get(id);
      if (job !== null) counts.set(job.state, (counts.get(job.state) ?? 0) - 1);
      await store.remove(id);
      options.removed(id, job?.owner ?? '');
    },

    counts: (owner) =>
      Object.fromEntries(
        [...(owner === undefined ? counts : store.counts(owner))].filter(([, count]) => count > 0),
      ),

    async files() {
      const files = new Set<string>();
      const lists = new Set<string>();
      const take = ({ app, input, source, inputs = [], output, tasks }: JobDocument): void => {
        files.add(app.bundle.sha256).add(input.sha256);
        if (source !== undefined) files.add(source.file.sha256);
        for (const { sha256 } of inputs) files.add(sha256);
        if (output !== null) files.add(output.sha256);
        for (const { files: kept } of tasks) if (kept !== undefined) lists.add(kept.list.sha256);
      };
      // In this order: what ends meanwhile is in one of them.
      for (const job of active.values()) take(job);
      await store.each(take);
      for (const job of active.values()) take(job);
      for (const list of lists) {
        files.add(list);
        for (const sha256 of await options.filesOfList(list)) files.add(sha256);
      }
      return files;
    },

    unfinishedOf: (owner) => unfinished.get(owner) ?? { jobs: 0, parts: 0 },
  };
}
