import { toFailure, type JobId, type PersonId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Shard, ShardFiles } from '../../tables/index.js';
import { failed, merged, split, unsplit } from '../attempts/job-state-machine.js';
import type { JobDocument } from '../job-document.js';
import { createResultMerges } from '../results/result-merges.js';
import type { JobRepository } from '../store/job-repository.js';
import { createTableCutter } from './cut-table.js';
import type { ShardMachines } from './shard-sizes.js';

/** Tables that are counted and cut at once, of one person and in all: each takes the disk and a part of the processor. */
const mostPreparing = { ofOne: 4, inAll: 8 };

/** What happens to a job's table before its tasks can be placed, and to its results after they are there. */
export interface Sharding {
  /** Looks at jobs that wait for their tasks, and at those whose results wait to be merged. */
  wake(): void;
  /** The job has ended: its shards need not be readable any more. */
  ended(jobId: JobId): void;
  start(): void;
  stop(): Promise<void>;
}

export function createSharding(options: {
  repository: JobRepository;
  files: ShardFiles;
  /** The machines that could take a part of this job, with their speeds, or with weights where they are not known. */
  machinesFor: (job: JobDocument) => ShardMachines;
  /** The rows of a table that a task takes whole; null where they say nothing. */
  onCounted: (sha256: string, rows: number | null) => void;
  /** Tasks are there, or the job has ended. */
  onReady: () => void;
  now: () => number;
  logger: Logger;
}): Sharding {
  const { repository, files, now, logger } = options;
  const loans = new Map<JobId, (() => void)[]>();
  const atWork = new Map<JobId, Promise<void>>();
  /** Whose tables are being prepared. */
  const preparing: PersonId[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  const cut = createTableCutter({ files, machinesFor: options.machinesFor, signal, logger });
  const merges = createResultMerges({
    repository,
    files,
    onMerged: (jobId, output, rows) => settle(jobId, (current) => merged(current, output, rows, now())),
    // The whole table on one machine gives the one true answer.
    onUnfit(jobId, failure) {
      ended(jobId);
      return settle(jobId, (current) => unsplit(current, failure));
    },
    signal,
    now,
    logger,
  });
  let timer: ReturnType<typeof setInterval> | undefined;

  function lend(jobId: JobId, shards: readonly Shard[]): void {
    loans.set(jobId, [...(loans.get(jobId) ?? []), ...shards.map((shard) => files.lend(shard))]);
  }

  function ended(jobId: JobId): void {
    for (const giveBack of loans.get(jobId) ?? []) giveBack();
    loans.delete(jobId);
    merges.forget(jobId);
  }

  async function prepare(job: JobDocument): Promise<void> {
    const table = await cut(job);
    // The hub stops: the job is looked at again at its next start.
    if (table === null) return;
    const { parts, shards, form } = table;
    const [first] = parts;
    if (shards.length === 0) options.onCounted(job.input.sha256, first?.rows ?? null);
    else lend(job.id, shards);
    await settle(job.id, (current) => split(current, parts, form));
    // Cancelled while it was cut: nobody will fetch the parts.
    if (shards.length > 0 && repository.find(job.id) === undefined) ended(job.id);
  }

  /** Changes the job as it is now; one that has ended meanwhile stays ended. */
  async function settle(jobId: JobId, change: (current: JobDocument) => JobDocument | null): Promise<void> {
    const current = repository.find(jobId);
    const next = current === undefined ? null : change(current);
    if (next === null) return;
    await repository.save(next);
    options.onReady();
  }

  function take(job: JobDocument, work: (job: JobDocument) => Promise<void>): void {
    if (atWork.has(job.id)) return;
    const done = work(job)
      .catch(async (error: unknown) => {
        if (signal.aborted) return;
        logger.error({ job: job.id, error: String(error) }, 'table not handled');
        if (toFailure(error).code === 'disk-full') {
          merges.putOff(job.id);
          return;
        }
        await settle(job.id, (current) => failed(current, toFailure(error), now()));
      })
      .finally(() => {
        atWork.delete(job.id);
        // The last result may have come while earlier ones were taken in.
        if (work === merges.ahead) wake();
      });
    atWork.set(job.id, done);
  }

  /** Prepares a job's table where there is room for one more of its owner's. */
  function takeNew(job: JobDocument): void {
    const { owner } = job;
    if (atWork.has(job.id) || preparing.length >= mostPreparing.inAll) return;
    if (preparing.filter((one) => one === owner).length >= mostPreparing.ofOne) return;
    preparing.push(owner);
    take(job, (taken) =>
      prepare(taken).finally(() => {
        preparing.splice(preparing.indexOf(owner), 1);
        setImmediate(wake);
      }),
    );
  }

  function wake(): void {
    if (signal.aborted) return;
    for (const job of repository.inPreparation()) {
      if (job.tasks.length === 0) takeNew(job);
      else if (job.state === 'merging' && merges.isDue(job.id)) take(job, merges.whole);
    }
    for (const job of repository.partsUnderWay()) if (merges.isAhead(job)) take(job, merges.ahead);
  }

  return {
    wake,
    ended,
    start() {
      for (const job of repository.active()) {
        lend(
          job.id,
          job.tasks.flatMap(({ shard }) => shard ?? []),
        );
      }
      timer = setInterval(wake, 1_000);
      wake();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await Promise.all(atWork.values());
      await merges.stop();
    },
  };
}
