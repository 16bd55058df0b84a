import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decisionSchema, type Decision, type LogMessage } from '@meshdeck/shared';
import { createAttemptLogs } from './attempt-logs.js';
import { readLines } from './read-lines.js';

/** What is kept beside a job's document, in files of its own: the placement reasoning, and each attempt's log. */
export interface JobFolders {
  addDecision(jobId: string, decision: Decision): Promise<void>;
  decisions(jobId: string): Promise<Decision[]>;
  addLog(jobId: string, message: LogMessage): Promise<void>;
  /** Of one attempt, or of all in the order in which the lines came. */
  logs(jobId: string, attemptId?: string): Promise<LogMessage[]>;
  remove(jobId: string): Promise<void>;
}

/** `dir` holds one folder per job, named by its id. */
export function createJobFolders(dir: string, { now = Date.now }: { now?: () => number } = {}): JobFolders {
  const decisionsOf = (jobId: string) => join(dir, jobId, 'decisions.jsonl');
  const logs = createAttemptLogs({ now });
  const writes = new Map<string, Promise<void>>();

  /** One after another per job, so that lines never interleave. */
  function inTurn(jobId: string, work: () => Promise<void>): Promise<void> {
    const write = (writes.get(jobId) ?? Promise.resolve()).then(work);
    const settled = write.catch(() => undefined);
    writes.set(jobId, settled);
    void settled.then(() => {
      if (writes.get(jobId) === settled) writes.delete(jobId);
    });
    return write;
  }

  return {
    addDecision: (jobId, decision) =>
      inTurn(jobId, async () => {
        await mkdir(join(dir, jobId), { recursive: true });
        await appendFile(decisionsOf(jobId), `${JSON.stringify(decision)}\n`);
      }),
    decisions: (jobId) => readLines(decisionsOf(jobId), decisionSchema),
    addLog: (jobId, message) => inTurn(jobId, () => logs.append(join(dir, jobId), message)),
    logs: (jobId, attemptId) => logs.read(join(dir, jobId), attemptId),
    remove: (jobId) => rm(join(dir, jobId), { recursive: true, force: true }),
  };
}
