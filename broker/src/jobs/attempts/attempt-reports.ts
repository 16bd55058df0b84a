import {
  assertNever,
  MeshdeckError,
  parseAttemptId,
  type AttemptFacts,
  type AttemptId,
  type Failure,
  type JobId,
  type JobReport,
  type NodeId,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { FileStore } from '../../files/types.js';
import type { JobRepository } from '../store/job-repository.js';
import type { AttemptDocument, JobDocument } from '../job-document.js';
import {
  attemptEnded,
  cancelledWithFiles,
  openAttempts,
  phased,
  progressed,
  succeeded,
  type KeptFiles,
} from './job-state-machine.js';
import type { JobFileLists } from '../files/file-lists.js';
import type { FinishedJobUpdates } from '../store/finished-job-updates.js';
import type { JobTransport } from '../../transport/job-transport.js';

type Succeeded = Extract<JobReport, { type: 'succeeded' }>;
type AttemptReport = Exclude<JobReport, { type: 'holding' }>;

/** What of a report is in the store: bytes of its result, and its files where all of them are. */
interface Stored {
  storedBytes: number | null;
  kept: KeptFiles | null;
}

const machineOf = (job: JobDocument | null | undefined, attemptId: AttemptId): NodeId | undefined =>
  job?.tasks.flatMap((task) => task.attempts).find(({ id }) => id === attemptId)?.nodeId;

/** Takes what agents say of their attempts, one after another per job. */
export interface AttemptReportHandler {
  take(nodeId: NodeId, report: AttemptReport): Promise<void>;
  /** The hub gives an attempt up; its task goes elsewhere. */
  abandon(jobId: JobId, attemptId: AttemptId, token: number, failure: Failure): Promise<void>;
}

export function createAttemptReportHandler(options: {
  repository: JobRepository;
  files: Pick<FileStore, 'size' | 'putBytes'>;
  lists: Pick<JobFileLists, 'check'>;
  finishedJobUpdates: Pick<FinishedJobUpdates, 'amend'>;
  transport: JobTransport;
  now: () => number;
  /** A result was committed. */
  onCommitted: (job: JobDocument, attempt: AttemptDocument, facts: AttemptFacts) => void;
  /** A report came too late or twice and does not count. */
  onDropped: (jobId: JobId, report: AttemptReport) => void;
  /** A slot came free or a task went back to the queue. */
  onSettled: () => void;
  logger: Logger;
}): AttemptReportHandler {
  const { repository, files, transport, now, logger } = options;

  /**
   * What the report makes of the job; null where it comes too late to count. Does not wait for anything: whoever
   * takes the answer takes it before another report can change the job.
   */
  function judge(job: JobDocument, report: AttemptReport, { storedBytes, kept }: Stored): JobDocument | null {
    const { attemptId, token } = report;
    const at = now();
    const fail = (failure: Failure) =>
      attemptEnded(job, attemptId, token, 'failed', failure, at, kept ?? undefined);
    switch (report.type) {
      case 'phase':
        return phased(job, attemptId, token, report.phase, at);
      case 'progress':
        return progressed(job, attemptId, token, report.fraction);
      case 'failed':
        return fail(report.failure);
      case 'cancelled':
        return fail({ code: 'node-refused', message: 'The machine stopped the attempt by itself.' });
      case 'succeeded':
        return isWhole(job, report, { storedBytes, kept })
          ? succeeded(job, attemptId, token, report.result ?? null, report.facts, at, kept ?? undefined)
          : fail({
              code: 'transfer-failed',
              message: 'The machine said it was done, but its result is not in the store.',
            });
      default:
        return assertNever(report);
    }
  }

  /** All that the report names is in the store, and a result is missing only where none is asked for. */
  function isWhole(job: JobDocument, report: Succeeded, { storedBytes, kept }: Stored): boolean {
    if (report.files !== undefined && kept === null) return false;
    if (report.result === undefined) return job.makesPredictions === false;
    return storedBytes === report.result.bytes;
  }

  /** What of the report is in the store. */
  async function storedOf(report: AttemptReport): Promise<Stored> {
    const named = 'files' in report ? report.files : undefined;
    const kept = named === undefined ? null : await options.lists.check(named);
    return { storedBytes: report.type === 'succeeded' ? await storedBytesOf(report) : null, kept };
  }

  /** How much of the result is in the store, after what came with the report was put there. */
  async function storedBytesOf({ result, content }: Succeeded): Promise<number | null> {
    if (result === undefined) return null;
    const stored = await files.size(result.sha256);
    if (stored !== null || content === undefined) return stored;
    try {
      const bytes = Buffer.from(content, 'base64');
      const file = await files.putBytes(bytes, { expectedSha256: result.sha256 });
      return file.bytes;
    } catch (error) {
      // Damaged content is the machine's fault and counts as no result; a full disk is ours, and is tried again.
      if (error instanceof MeshdeckError && error.code === 'hash-mismatch') return null;
      throw error;
    }
  }

  const holderOf = async (jobId: JobId, attemptId: AttemptId) =>
    machineOf(await repository.get(jobId), attemptId);

  /** The job was cancelled before this machine could say what its attempt had written until then. */
  async function keepLate(jobId: JobId, { attemptId, token }: AttemptReport, kept: KeptFiles): Promise<void> {
    await options.finishedJobUpdates.amend(jobId, (job) => cancelledWithFiles(job, attemptId, token, kept));
  }

  async function drop(
    jobId: JobId,
    nodeId: NodeId,
    report: AttemptReport,
    kept: KeptFiles | null,
  ): Promise<void> {
    // Said twice, it may be what is being written at this moment: nothing is forgotten before that is on disk.
    await repository.settled(jobId);
    if (kept !== null && (await holderOf(jobId, report.attemptId)) === nodeId)
      await keepLate(jobId, report, kept);
    logger.info({ job: jobId, attempt: report.attemptId, report: report.type }, 'late report dropped');
    options.onDropped(jobId, report);
    const stillWorks = report.type === 'phase' || report.type === 'progress';
    await transport.send(
      nodeId,
      stillWorks
        ? {
            type: 'cancel',
            attemptId: report.attemptId,
            reason: 'The hub gave this attempt to another machine.',
          }
        : { type: 'forget', attemptId: report.attemptId },
    );
  }

  function committed(job: JobDocument, attemptId: AttemptId, facts: AttemptFacts): void {
    const attempts = job.tasks.flatMap((task) => task.attempts);
    const attempt = attempts.find(({ id, state }) => id === attemptId && state === 'succeeded');
    if (attempt !== undefined) options.onCommitted(job, attempt, facts);
  }

  /** Attempts that this report closed besides its own: a straggler's rival, the shards of a job that failed. */
  async function stopLosers(before: JobDocument, after: JobDocument, winner: AttemptId): Promise<void> {
    const open = new Set(after.tasks.flatMap(openAttempts).map(({ id }) => id));
    for (const attempt of before.tasks.flatMap(openAttempts)) {
      if (attempt.id === winner || open.has(attempt.id)) continue;
      const reason = 'The job no longer needs this attempt.';
      await transport.send(attempt.nodeId, { type: 'cancel', attemptId: attempt.id, reason });
    }
  }

  return {
    async take(nodeId, report) {
      const { jobId } = parseAttemptId(report.attemptId);
      // A list that others hand in is not even read.
      const hasFiles = 'files' in report && report.files !== undefined;
      if (hasFiles && (await holderOf(jobId, report.attemptId)) !== nodeId)
        return drop(jobId, nodeId, report, null);
      const stored = await storedOf(report);
      // From here to the save nothing is waited for, so no other report comes between.
      const job = repository.find(jobId);
      const holder = machineOf(job, report.attemptId);
      // A machine speaks only for the attempts that were given to it.
      const next = job === undefined || holder !== nodeId ? null : judge(job, report, stored);
      if (next === null) return drop(jobId, nodeId, report, stored.kept);
      if (report.type === 'progress') return repository.note(next);
      const saved = repository.save(next);
      // The slot is free whether the disk takes this or not: what goes there next is written together with it.
      if (report.type !== 'phase') options.onSettled();
      await saved;
      if (report.type === 'phase') return;
      if (report.type === 'succeeded') committed(next, report.attemptId, report.facts);
      if (report.type === 'failed') {
        logger.info({ attempt: report.attemptId, code: report.failure.code }, 'attempt failed');
      } else {
        logger.debug({ attempt: report.attemptId }, `attempt ${report.type}`);
      }
      await transport.send(nodeId, { type: 'forget', attemptId: report.attemptId });
      if (job !== undefined) await stopLosers(job, next, report.attemptId);
    },

    async abandon(jobId, attemptId, token, failure) {
      const job = repository.find(jobId);
      const next =
        job === undefined ? null : attemptEnded(job, attemptId, token, 'abandoned', failure, now());
      if (next === null) return;
      logger.warn({ attempt: attemptId, reason: failure.message }, 'attempt abandoned');
      await repository.save(next);
      options.onSettled();
    },
  };
}
