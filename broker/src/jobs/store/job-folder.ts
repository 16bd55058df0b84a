import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decisionSchema, type AttemptId, type JobId, type LogMessage, type LogPage } from '@meshdeck/shared';
import { createKeyedMutex } from '@meshdeck/shared/runtime';
import { createAttemptLogs, type LogQuery } from './attempt-logs.js';
import type { RecordedDecision } from '../../placement/recorded-decision.js';
import type { DecisionLog } from './decision-log.js';
import { readLines } from './read-lines.js';

/** What is kept beside a job's document, in files of its own: the placement reasoning, and each attempt's log. */
export interface JobFolders {
  addDecision(jobId: JobId, decision: RecordedDecision): Promise<void>;
  /** Every one, oldest first, read as they are taken. */
  decisions(jobId: JobId): AsyncGenerator<RecordedDecision>;
  /** The newest before the `before`th, and how many come before them. */
  decisionPage(jobId: JobId, before?: number): Promise<{ decisions: RecordedDecision[]; earlier: number }>;
  /** Null where the job has none of this number. */
  decision(jobId: JobId, number: number): Promise<RecordedDecision | null>;
  /** The number that its next one gets. */
  nextDecision(jobId: JobId): number;
  /** Left out, and counted with the next message, where the disk is slower than what comes. */
  addLog(jobId: JobId, message: LogMessage): Promise<void>;
  /** A page of one attempt's log, or of all in the order in which the lines came. */
  logs(jobId: JobId, query: LogQuery): Promise<LogPage>;
  /** The whole of it, read as it is taken. */
  allLogs(jobId: JobId, attemptId?: AttemptId): AsyncGenerator<LogMessage>;
  remove(jobId: JobId): Promise<void>;
}

/** Of one job's log, waiting for the disk. */
const mostWaitingBytes = 4 * 1024 * 1024;

const bytesOf = ({ lines }: LogMessage) => lines.reduce((sum, { text }) => sum + text.length + 100, 0);

/** `dir` holds a folder, named by its id, for each job that printed something. */
export function createJobFolders(
  dir: string,
  decisions: DecisionLog,
  { now = Date.now }: { now?: () => number } = {},
): JobFolders {
  const logs = createAttemptLogs({ now });
  /** One after another per job, so that lines never interleave. */
  const inTurn = createKeyedMutex();
  const waiting = new Map<string, { bytes: number; leftOut: number }>();

  /** Earlier versions kept them in the job's folder. */
  const ofEarlierVersion = (jobId: JobId) => readLines(join(dir, jobId, 'decisions.jsonl'), decisionSchema);

  return {
    addDecision: decisions.add,
    async *decisions(jobId) {
      yield* await ofEarlierVersion(jobId);
      yield* decisions.of(jobId);
    },
    async decisionPage(jobId, before) {
      const page = await decisions.page(jobId, before);
      const first = page.earlier === 0 ? await ofEarlierVersion(jobId) : [];
      return { ...page, decisions: [...first, ...page.decisions] };
    },
    decision: decisions.one,
    nextDecision: decisions.count,
    async addLog(jobId, message) {
      const ahead = waiting.get(jobId) ?? { bytes: 0, leftOut: 0 };
      if (ahead.bytes > mostWaitingBytes) {
        ahead.leftOut += message.lines.length + message.dropped;
        return;
      }
      const bytes = bytesOf(message);
      const dropped = message.dropped + ahead.leftOut;
      ahead.bytes += bytes;
      ahead.leftOut = 0;
      waiting.set(jobId, ahead);
      try {
        await inTurn(jobId, () => logs.append(join(dir, jobId), { ...message, dropped }));
      } finally {
        ahead.bytes -= bytes;
        if (ahead.bytes === 0 && ahead.leftOut === 0) waiting.delete(jobId);
      }
    },
    logs: (jobId, query) => logs.page(join(dir, jobId), query),
    allLogs: (jobId, attemptId) => logs.all(join(dir, jobId), attemptId),
    async remove(jobId) {
      await decisions.remove(jobId);
      await rm(join(dir, jobId), { recursive: true, force: true });
    },
  };
}
