import { MeshdeckError, toFailure, type Failure, type FileReference, type JobId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { createMerger, type Merger, type ShardFiles } from '../../tables/index.js';
import { isSplit, type JobDocument, type TaskDocument } from '../job-document.js';
import type { JobRepository } from '../store/job-repository.js';

/** A full disk is looked at again this often. */
const againMs = 10_000;

/** The results of split jobs on their way to one table. */
export interface ResultMerges {
  /** Takes in the results that are there while the other parts still run, so that little is left for the end. */
  ahead(job: JobDocument): Promise<void>;
  /** Results wait that could be taken in already. */
  isAhead(job: JobDocument): boolean;
  /** All results are there: makes them one table, or says that they do not fit. */
  whole(job: JobDocument): Promise<void>;
  /** It does not wait for room on the disk. */
  isDue(jobId: JobId): boolean;
  /** The disk is full: not again for a while. */
  putOff(jobId: JobId): void;
  /** The job has ended. */
  forget(jobId: JobId): void;
  stop(): Promise<void>;
}

/** A merge that takes in each result as it comes. */
interface PartialMerge {
  merger: Merger;
  added: Set<number>;
}

export function createResultMerges(options: {
  repository: Pick<JobRepository, 'find' | 'note'>;
  files: ShardFiles;
  onMerged: (jobId: JobId, output: FileReference, rows: number) => Promise<void>;
  /** The parts cannot be put together. */
  onUnfit: (jobId: JobId, failure: Failure) => Promise<void>;
  /** The hub stops: what is under way is left as it is. */
  signal: AbortSignal;
  now: () => number;
  logger: Logger;
}): ResultMerges {
  const { repository, files, signal, now, logger } = options;
  const merges = new Map<JobId, PartialMerge>();
  /** Unix ms; Infinity: not before all results are there. */
  const notBefore = new Map<JobId, number>();

  function putOff(jobId: JobId): void {
    notBefore.set(jobId, now() + againMs);
  }

  function drop(jobId: JobId): void {
    const partial = merges.get(jobId);
    merges.delete(jobId);
    void partial?.merger.abandon();
  }

  function mergeOf(job: JobDocument): PartialMerge {
    const partial = merges.get(job.id) ?? {
      merger: createMerger({ files, name: 'predictions.csv', delimiter: job.form?.delimiter }),
      added: new Set<number>(),
    };
    merges.set(job.id, partial);
    return partial;
  }

  async function addResult({ merger, added }: PartialMerge, task: TaskDocument): Promise<void> {
    const { index, output, rows, attempts } = task;
    if (added.has(index)) return;
    if (output === null) throw new MeshdeckError('internal', `Shard ${index + 1} has no result.`);
    const columnMap = attempts.find(({ state }) => state === 'succeeded')?.facts?.columnMap ?? null;
    const path = await files.locate(output.sha256);
    await merger.add({ index, path, rows: rows ?? 0, columnMap, signal });
    added.add(index);
  }

  /** Takes in the results that are there while the other parts still run, so that little is left for the end. */
  async function ahead(job: JobDocument): Promise<void> {
    const partial = mergeOf(job);
    try {
      for (const task of job.tasks) if (task.state === 'succeeded') await addResult(partial, task);
    } catch (error) {
      // What is wrong is said, and mended, when all the results are there.
      logger.debug({ job: job.id, error: String(error) }, 'results not merged ahead');
      drop(job.id);
      notBefore.set(job.id, Infinity);
    }
    if (repository.find(job.id) === undefined) drop(job.id);
  }

  async function whole(job: JobDocument): Promise<void> {
    const partial = mergeOf(job);
    try {
      for (const task of job.tasks) await addResult(partial, task);
      const { file, rows } = await partial.merger.finish(job.tasks.length);
      merges.delete(job.id);
      const output: FileReference = { ...file, name: 'predictions.csv' };
      await options.onMerged(job.id, output, rows);
    } catch (error) {
      merges.delete(job.id);
      await partial.merger.abandon();
      if (signal.aborted) return;
      const failure = toFailure(error);
      if (failure.code === 'disk-full') {
        putOff(job.id);
        logger.error({ job: job.id, reason: failure.message }, 'results not merged; trying again');
        const current = repository.find(job.id);
        if (current !== undefined) repository.note({ ...current, failure });
        return;
      }
      // Parts that do not fit together: the whole table on one machine gives the one true answer.
      logger.warn({ job: job.id, reason: failure.message }, 'parts do not fit; running in one piece');
      await options.onUnfit(job.id, failure);
    }
  }

  return {
    ahead,
    whole,
    putOff,
    isAhead(job) {
      if (job.state !== 'running' || !isSplit(job) || notBefore.has(job.id)) return false;
      const added = merges.get(job.id)?.added;
      return job.tasks.some(({ index, state }) => state === 'succeeded' && added?.has(index) !== true);
    },
    isDue(jobId) {
      const waitUntil = notBefore.get(jobId) ?? 0;
      return waitUntil <= now() || waitUntil === Infinity;
    },
    forget(jobId) {
      notBefore.delete(jobId);
      drop(jobId);
    },
    async stop() {
      await Promise.all([...merges.values()].map(({ merger }) => merger.abandon()));
    },
  };
}
