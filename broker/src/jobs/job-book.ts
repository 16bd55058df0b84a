import { isFinal, type JobState } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Collection } from '../stores/documents.js';
import type { JobDocument } from './job-document.js';
import { openAttempts } from './job-life.js';

/** Load that the hub itself has put on a machine, from the open attempts. */
export interface NodeLoad {
  slotsBusy: number;
  /** When each open attempt was placed, unix ms. */
  placedAt: number[];
}

/** All jobs: the unfinished ones in memory and on disk, the finished ones on disk. */
export interface JobBook {
  /** Unfinished jobs, oldest first. */
  active(): IterableIterator<JobDocument>;
  find(id: string): JobDocument | undefined;
  get(id: string): Promise<JobDocument | null>;
  /**
   * Takes `next` as the truth and resolves once it is on disk; tell nobody before. When the disk refuses, memory
   * goes back to what it was.
   */
  save(next: JobDocument): Promise<void>;
  /** For what may be forgotten, such as progress: memory only. */
  note(next: JobDocument): void;
  list(query: {
    states?: readonly JobState[] | undefined;
    limit: number;
    before?: number | undefined;
    owner?: string | undefined;
  }): Promise<JobDocument[]>;
  /** Whose job it is, of any state; undefined where there is none. */
  ownerOf(id: string): string | undefined;
  findByPrefix(prefix: string): Promise<JobDocument[]>;
  remove(id: string): Promise<void>;
  counts(): Partial<Record<JobState, number>>;
  loads(): ReadonlyMap<string, NodeLoad>;
  /** Hashes of every file that some job refers to. */
  files(): Promise<Set<string>>;
}

export const jobIndex = (job: JobDocument) => ({
  state: job.state,
  createdAt: job.createdAt,
  owner: job.owner,
});

export async function createJobBook(options: {
  collection: Collection<JobDocument>;
  logger: Logger;
  changed: (job: JobDocument) => void;
  removed: (jobId: string, owner: string) => void;
}): Promise<JobBook> {
  const { collection } = options;
  const active = new Map<string, JobDocument>();
  const states = new Map<string, JobState>();
  const owners = new Map<string, string>();
  const loads = new Map<string, NodeLoad>();

  const stored = await collection.all();
  for (const job of stored.sort((a, b) => a.createdAt - b.createdAt)) {
    take(job);
  }

  function take(job: JobDocument): void {
    count(active.get(job.id), -1);
    states.set(job.id, job.state);
    owners.set(job.id, job.owner);
    if (isFinal(job.state)) active.delete(job.id);
    else active.set(job.id, job);
    count(active.get(job.id), 1);
  }

  /** Keeps the loads by what one job changes in them: ten thousand waiting jobs are not gone through each time. */
  function count(job: JobDocument | undefined, sign: 1 | -1): void {
    for (const attempt of job?.tasks.flatMap(openAttempts) ?? []) {
      const load = loads.get(attempt.nodeId) ?? { slotsBusy: 0, placedAt: [] };
      loads.set(attempt.nodeId, {
        slotsBusy: load.slotsBusy + sign,
        placedAt:
          sign === 1
            ? [...load.placedAt, attempt.placedAt]
            : load.placedAt.toSpliced(load.placedAt.indexOf(attempt.placedAt), 1),
      });
    }
  }

  async function get(id: string): Promise<JobDocument | null> {
    return active.get(id) ?? (await collection.get(id));
  }

  return {
    active: () => active.values(),
    find: (id) => active.get(id),
    get,

    async save(next) {
      const before = active.get(next.id);
      take(next);
      try {
        await collection.put(next);
      } catch (error) {
        options.logger.error({ job: next.id, error: String(error) }, 'job not saved');
        if (before !== undefined) take(before);
        throw error;
      }
      options.changed(next);
    },

    note(next) {
      active.set(next.id, next);
      options.changed(next);
    },

    ownerOf: (id) => owners.get(id),

    async list({ states: wanted, limit, before, owner }) {
      const found = await collection.find(
        {
          ...(wanted !== undefined && wanted.length > 0 && { state: { $in: [...wanted] } }),
          ...(before !== undefined && { createdAt: { $lt: before } }),
          ...(owner !== undefined && { owner }),
        },
        { descendingBy: 'createdAt', limit },
      );
      return found.map((job) => active.get(job.id) ?? job);
    },

    async findByPrefix(prefix) {
      const ids = [...states.keys()].filter((id) => id.startsWith(prefix)).slice(0, 2);
      const jobs = await Promise.all(ids.map(get));
      return jobs.filter((job) => job !== null);
    },

    async remove(id) {
      const owner = owners.get(id) ?? '';
      states.delete(id);
      owners.delete(id);
      await collection.remove(id);
      options.removed(id, owner);
    },

    counts() {
      const counts: Partial<Record<JobState, number>> = {};
      for (const state of states.values()) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },

    async files() {
      const jobs = [...(await collection.all()), ...active.values()];
      return new Set(
        jobs.flatMap(({ app, input, output }) => [
          app.bundle.sha256,
          input.sha256,
          ...(output === null ? [] : [output.sha256]),
        ]),
      );
    },

    loads: () => loads,
  };
}
