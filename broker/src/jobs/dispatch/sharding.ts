import { MeshdeckError, toFailure, type FileReference, type JobId, type PersonId } from '@meshdeck/shared';
import type { TableForm } from '@meshdeck/shared/csv';
import type { Logger } from 'pino';
import { shardPlan, type ShardMachine } from '../../placement/shard-plan.js';
import {
  createMerger,
  openTable,
  resultRows,
  splitTable,
  tableEvidence,
  type Merger,
  type Shard,
  type ShardFiles,
  type Table,
} from '../../tables/index.js';
import type { JobRepository } from '../store/job-repository.js';
import { isSplit, type JobDocument, type TaskDocument } from '../job-document.js';
import { failed, merged, split, unsplit } from '../attempts/job-state-machine.js';

/** Enough parts to even out what the predictions get wrong, few enough for each to be worth its start. */
const shardsPerSlot = 3;
/** A part is worth this long on the fastest machine, within bounds; where no speed is known, the upper one. */
const worthMs = 500;
const rowBounds = { low: 500, high: 10_000 };
/** Tables that are counted and cut at once, of one person and in all: each takes the disk and a part of the processor. */
const mostPreparing = { ofOne: 4, inAll: 8 };
/** A full disk is looked at again this often. */
const mergeAgainMs = 10_000;

/** What happens to a job's table before its tasks can be placed, and to its results after they are there. */
export interface Sharding {
  /** Looks at jobs that wait for their tasks, and at those whose results wait to be merged. */
  wake(): void;
  /** The job has ended: its shards need not be readable any more. */
  ended(jobId: JobId): void;
  start(): void;
  stop(): Promise<void>;
}

/** The form in which every part is read: that of the whole table, whose end is in none of them. */
async function partForm(table: Table, signal: AbortSignal): Promise<TableForm | undefined> {
  if (table.form === null) return undefined;
  const evidence = await tableEvidence(table, signal);
  const { firstRowLine } = table.form;
  // Lines below the rows have other numbers in every part.
  const skipped = table.form.skipped.map((lines) =>
    lines.line !== null && lines.line > firstRowLine ? { ...lines, line: null } : lines,
  );
  return { ...table.form, footerBytes: 0, skipped, ...(evidence !== undefined && { evidence }) };
}

/** A merge that takes in each result as it comes. */
interface PartialMerge {
  merger: Merger;
  added: Set<number>;
}

export function createSharding(options: {
  repository: JobRepository;
  files: ShardFiles;
  /** The machines that could take a part of this job, with their speeds, or with weights where they are not known. */
  machinesFor: (job: JobDocument) => { machines: ShardMachine[]; speedsKnown: boolean };
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
  const notBefore = new Map<JobId, number>();
  const merges = new Map<JobId, PartialMerge>();
  const stopping = new AbortController();
  let timer: ReturnType<typeof setInterval> | undefined;

  function lend(jobId: JobId, shards: readonly Shard[]): void {
    loans.set(jobId, [...(loans.get(jobId) ?? []), ...shards.map((shard) => files.lend(shard))]);
  }

  function ended(jobId: JobId): void {
    for (const giveBack of loans.get(jobId) ?? []) giveBack();
    loans.delete(jobId);
    notBefore.delete(jobId);
    dropMerge(jobId);
  }

  /** How many rows each part gets; one part where splitting does not pay or cannot be done. */
  function rowCounts(job: JobDocument, table: Table): number[] {
    const { shards } = job.options;
    if (shards === undefined || table.indivisible !== null) return [table.rows];
    if (shards === 'auto') {
      const { machines, speedsKnown } = options.machinesFor(job);
      const slots = machines.reduce((sum, machine) => sum + machine.slots, 0);
      const fastest = Math.max(0, ...machines.map(({ rowsPerSecond }) => rowsPerSecond));
      const worth = speedsKnown ? Math.ceil((fastest * worthMs) / 1000) : rowBounds.high;
      const minRowsPerShard = Math.min(rowBounds.high, Math.max(rowBounds.low, worth));
      // Alone, a slot would only start anew with every part.
      const maxShards = slots < 2 ? 1 : shardsPerSlot * slots;
      return shardPlan({ rows: table.rows, machines, minRowsPerShard, maxShards }).map(({ rows }) => rows);
    }
    const parts = Math.min(shards, table.rows);
    return Array.from(
      { length: parts },
      (_, index) => Math.floor(((index + 1) * table.rows) / parts) - Math.floor((index * table.rows) / parts),
    );
  }

  async function prepare(job: JobDocument): Promise<void> {
    const isForScript = job.app.runtime !== 'onnx';
    const table = await openTable({
      path: await files.locate(job.input.sha256),
      told: job.options.reading,
      isForScript,
      signal: stopping.signal,
    }).catch(
      // Whoever runs the app says best what is wrong with its input.
      () => null,
    );
    // The hub stops: the job is looked at again at its next start.
    if (stopping.signal.aborted) return;
    const counts = table === null ? [] : rowCounts(job, table);
    if (table === null || counts.length < 2) {
      const rows = table === null || table.indivisible !== null ? null : table.records;
      options.onCounted(job.input.sha256, rows);
      return settle(job.id, (current) => split(current, [{ shard: null, rows }]));
    }
    const shards: Shard[] = [];
    const cutting = splitTable({ table, source: job.input, rowCounts: counts, signal: stopping.signal });
    for await (const shard of cutting) shards.push(shard);
    lend(job.id, shards);
    logger.info({ job: job.id, shards: shards.length, rows: table.rows }, 'table split');
    const parts = shards.map((shard) => ({ shard, rows: resultRows(shard) }));
    const form = await partForm(table, stopping.signal);
    await settle(job.id, (current) => split(current, parts, form));
    // Cancelled while it was cut: nobody will fetch the parts.
    if (repository.find(job.id) === undefined) ended(job.id);
  }

  function dropMerge(jobId: JobId): void {
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
    await merger.add({ index, path, rows: rows ?? 0, columnMap, signal: stopping.signal });
    added.add(index);
  }

  /** Takes in the results that are there while the other parts still run, so that little is left for the end. */
  async function mergeAhead(job: JobDocument): Promise<void> {
    const partial = mergeOf(job);
    try {
      for (const task of job.tasks) if (task.state === 'succeeded') await addResult(partial, task);
    } catch (error) {
      // What is wrong is said, and mended, when all the results are there.
      logger.debug({ job: job.id, error: String(error) }, 'results not merged ahead');
      dropMerge(job.id);
      notBefore.set(job.id, Infinity);
    }
    if (repository.find(job.id) === undefined) dropMerge(job.id);
  }

  async function merge(job: JobDocument): Promise<void> {
    const partial = mergeOf(job);
    try {
      for (const task of job.tasks) await addResult(partial, task);
      const { file, rows } = await partial.merger.finish(job.tasks.length);
      merges.delete(job.id);
      const output: FileReference = { ...file, name: 'predictions.csv' };
      await settle(job.id, (current) => merged(current, output, rows, now()));
    } catch (error) {
      merges.delete(job.id);
      await partial.merger.abandon();
      if (stopping.signal.aborted) return;
      const failure = toFailure(error);
      if (failure.code === 'disk-full') {
        notBefore.set(job.id, now() + mergeAgainMs);
        logger.error({ job: job.id, reason: failure.message }, 'results not merged; trying again');
        const current = repository.find(job.id);
        if (current !== undefined) repository.note({ ...current, failure });
        return;
      }
      // Parts that do not fit together: the whole table on one machine gives the one true answer.
      logger.warn({ job: job.id, reason: failure.message }, 'parts do not fit; running in one piece');
      ended(job.id);
      await settle(job.id, (current) => unsplit(current, failure));
    }
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
        if (stopping.signal.aborted) return;
        logger.error({ job: job.id, error: String(error) }, 'table not handled');
        if (toFailure(error).code === 'disk-full') {
          notBefore.set(job.id, now() + mergeAgainMs);
          return;
        }
        await settle(job.id, (current) => failed(current, toFailure(error), now()));
      })
      .finally(() => {
        atWork.delete(job.id);
        // The last result may have come while earlier ones were taken in.
        if (work === mergeAhead) wake();
      });
    atWork.set(job.id, done);
  }

  /** Results wait that could be taken in already. */
  function isAhead(job: JobDocument): boolean {
    if (job.state !== 'running' || !isSplit(job) || notBefore.has(job.id)) return false;
    const added = merges.get(job.id)?.added;
    return job.tasks.some(({ index, state }) => state === 'succeeded' && added?.has(index) !== true);
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
    if (stopping.signal.aborted) return;
    for (const job of repository.inPreparation()) {
      if (job.tasks.length === 0) takeNew(job);
      else if (job.state === 'merging') {
        const waitUntil = notBefore.get(job.id) ?? 0;
        if (waitUntil <= now() || waitUntil === Infinity) take(job, merge);
      }
    }
    for (const job of repository.partsUnderWay()) if (isAhead(job)) take(job, mergeAhead);
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
      await Promise.all([...merges.values()].map(({ merger }) => merger.abandon()));
    },
  };
}
