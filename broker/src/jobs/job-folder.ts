import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decisionSchema, type Decision, type LogMessage } from '@meshdeck/shared';
import { createAttemptLogs } from './attempt-logs.js';
import type { DecisionLog } from './decision-log.js';
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

/** `dir` holds a folder, named by its id, for each job that printed something. */
export function createJobFolders(
  dir: string,
  decisions: DecisionLog,
  { now = Date.now }: { now?: () => number } = {},
): JobFolders {
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
    addDecision: decisions.add,
    async decisions(jobId) {
      // Earlier versions kept them in the job's folder.
      const [earlier, later] = await Promise.all([
        readLines(join(dir, jobId, 'decisions.jsonl'), decisionSchema),
        decisions.of(jobId),
      ]);
      return [...earlier, ...later];
    },
    addLog: (jobId, message) => inTurn(jobId, () => logs.append(join(dir, jobId), message)),
    logs: (jobId, attemptId) => logs.read(join(dir, jobId), attemptId),
    async remove(jobId) {
      await decisions.remove(jobId);
      await rm(join(dir, jobId), { recursive: true, force: true });
    },
  };
}
