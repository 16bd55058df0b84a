import {
  MeshdeckError,
  toFailure,
  type AttemptId,
  type FileReference,
  type LogMessage,
  type OutputFiles,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Content } from '../cache/content.js';
import type { Runners } from '../runners/runner.js';
import { predictionsName } from '../runners/runner.js';
import type { Attempt, Ending } from './attempt.js';
import { keepOutput, type OutputToKeep } from './keep-output.js';
import { createAttemptLog, type AttemptLog } from './attempt-log.js';
import { createPhaseReporter, type ReportSender } from './report-sender.js';
import type { AttemptStore, Outcome } from './attempt-record.js';
import { orDiskFull } from '../storage/disk-full.js';
import { createProgressThrottle } from './progress.js';
import type { AheadLink } from './result-ahead.js';
import { runAttempt, type Finished } from './run-attempt.js';
import { outputFolderOf, resultPath } from './run-in-folder.js';

export interface AttemptExecutorOptions {
  store: AttemptStore;
  reportSender: ReportSender;
  content: Content;
  runners: Runners;
  upload: (file: FileReference, path: string, signal: AbortSignal) => Promise<void>;
  secrets: (attemptId: AttemptId, signal: AbortSignal) => Promise<Record<string, string>>;
  /** By which an attempt's result is sent while it is written. */
  aheadOf: (attemptId: AttemptId) => AheadLink;
  sendLogs: (message: LogMessage) => Promise<boolean>;
  /** It has an outcome: its slot is free. */
  onSettled: (attempt: Attempt) => void;
  logger: Logger;
}

/** What an attempt goes through. Each resolves when it is over and never rejects. */
export interface AttemptExecutor {
  /** From its files to the delivered result. */
  whole: (attempt: Attempt) => Promise<void>;
  /** With a result that waits to be uploaded. */
  delivery: (attempt: Attempt, finished: Finished) => Promise<void>;
  /** Nothing but this end. */
  failure: (attempt: Attempt, problem: MeshdeckError) => Promise<void>;
}

const stopped = () =>
  new MeshdeckError(
    'node-lost',
    'The agent was stopped while the job ran. The job goes to the next free machine.',
  );

export function createAttemptExecutor(options: AttemptExecutorOptions): AttemptExecutor {
  const { store, reportSender, logger } = options;

  /**
   * Told and written down at once. What a kill takes in between is only the work: a machine that knows nothing of its
   * result says that the attempt failed, and the hub, if it had heard of that result, drops what it hears then.
   */
  async function settle(attempt: Attempt, outcome: Outcome): Promise<void> {
    const { attemptId } = attempt.order;
    const complain = (error: unknown) => logger.error({ attemptId, error }, 'attempt record not written');
    attempt.outcome = outcome;
    options.onSettled(attempt);
    const saved = store.save({ state: 'done', order: attempt.order, outcome }).catch(complain);
    await reportSender.standing(attempt);
    // What went well is the hub's to tell; a line for each would cost more than a small job.
    logger[outcome.type === 'succeeded' ? 'debug' : 'info'](
      { attemptId, outcome: outcome.type },
      'attempt ended',
    );
    await saved;
    await store.clear(attemptId).catch(complain);
  }

  /** What lies in its output folder, where the hub wants it; `result` is told by itself. */
  function keepFiles(
    { order }: Attempt,
    log: Pick<AttemptLog, 'line'>,
    how: Pick<OutputToKeep, 'isPartial' | 'signal'> & { result?: FileReference | undefined },
  ): Promise<OutputFiles | undefined> {
    if (order.outputs === undefined) return Promise.resolve(undefined);
    const folder = store.folderOf(order.attemptId);
    const { result, ...rest } = how;
    const outputBytes = order.limits.outputBytes - (result?.bytes ?? 0);
    return keepOutput({
      ...{ folder, outputFolder: outputFolderOf(folder), upload: options.upload, onLine: log.line, ...rest },
      except: new Set(result === undefined ? [] : [predictionsName]),
      limits: { outputBytes },
    });
  }

  async function deliver(
    attempt: Attempt,
    { result, facts, content, ahead }: Finished,
    log: Pick<AttemptLog, 'line'>,
  ): Promise<Outcome> {
    const { order, control } = attempt;
    const along = content !== undefined && { content: content.toString('base64') };
    if (along && order.outputs === undefined) return { type: 'succeeded', result, ...along, facts };
    await store.save({ state: 'delivering', order, result, facts });
    const startedMs = Date.now();
    if (result !== undefined && !along) {
      await ahead?.name(result.sha256);
      await options.upload(result, resultPath(store.folderOf(order.attemptId)), control.signal);
    }
    const files = await keepFiles(attempt, log, { result, isPartial: false, signal: control.signal });
    const deliverMs = Date.now() - startedMs;
    return { type: 'succeeded', result, ...along, facts: { ...facts, deliverMs }, ...(files && { files }) };
  }

  /** An end that was none of its own, with what it had written until then. */
  async function withFiles(attempt: Attempt, outcome: Outcome): Promise<Outcome> {
    const { order, ending, closing } = attempt;
    const isWanted = ending === undefined || (ending === 'cancelled' && attempt.keepsFiles);
    if (order.outputs === undefined || !isWanted) return outcome;
    const log = createAttemptLog({ attemptId: order.attemptId, send: options.sendLogs });
    try {
      attempt.phase = 'delivering';
      // Of one that was cancelled the hub waits for nothing but its end.
      if (ending === undefined) void reportSender.phase(attempt);
      const files = await keepFiles(attempt, log, { isPartial: true, signal: closing.signal });
      return { ...outcome, ...(files && { files }) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ attemptId: order.attemptId, reason }, 'what an attempt left could not be kept');
      return outcome;
    } finally {
      await log.end();
    }
  }

  async function execute(attempt: Attempt): Promise<Outcome> {
    const { order, control } = attempt;
    const log = createAttemptLog({ attemptId: order.attemptId, send: options.sendLogs });
    const progress = createProgressThrottle((next) => void reportSender.progress(attempt, next));
    attempt.progress = progress.current;
    const phases = createPhaseReporter(() => void reportSender.phase(attempt));
    try {
      const finished = await runAttempt({
        order,
        receivedMs: attempt.receivedMs,
        folder: () => store.makeFolder(order.attemptId),
        content: options.content,
        secrets: options.secrets,
        runners: options.runners,
        ahead: options.aheadOf(order.attemptId),
        signal: control.signal,
        closing: attempt.closing.signal,
        onPhase(phase) {
          attempt.phase = phase;
          phases.push();
        },
        onLine: log.line,
        onDropped: log.dropped,
        onProgress: (fraction, rows) => progress.push({ fraction, rows }),
      });
      return await deliver(attempt, finished, log);
    } finally {
      phases.stop();
      progress.stop();
      await log.end();
    }
  }

  /** `step` to its outcome, whatever happens. */
  async function settleWith(attempt: Attempt, step: () => Promise<Outcome>): Promise<void> {
    const { attemptId } = attempt.order;
    let outcome: Outcome;
    try {
      outcome = await step();
    } catch (error) {
      if (attempt.ending === 'forgotten') return;
      if (attempt.ending === 'stopped' && attempt.phase === 'delivering') return;
      if (attempt.ending === 'cancelled') outcome = { type: 'cancelled' };
      else {
        const cause = attempt.ending === 'stopped' ? stopped() : await orDiskFull(error, store.folder);
        outcome = { type: 'failed', failure: toFailure(cause) };
      }
      if (!(error instanceof MeshdeckError))
        logger.error({ attemptId, error }, 'attempt failed inside the agent');
    }
    if (outcome.type !== 'succeeded') outcome = await withFiles(attempt, outcome);
    // The compiler takes it for what it was before the wait.
    if ((attempt.ending as Ending | undefined) === 'forgotten') return;
    await settle(attempt, outcome);
  }

  return {
    whole: (attempt) => settleWith(attempt, () => execute(attempt)),
    delivery: (attempt, finished) =>
      settleWith(attempt, async () => {
        const log = createAttemptLog({ attemptId: attempt.order.attemptId, send: options.sendLogs });
        try {
          return await deliver(attempt, finished, log);
        } finally {
          await log.end();
        }
      }),
    failure: (attempt, problem) => settleWith(attempt, () => Promise.reject(problem)),
  };
}
