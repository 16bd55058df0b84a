import { appendFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decisionSchema, logMessageSchema, type Decision, type LogMessage } from '@meshdeck/shared';
import type * as z from 'zod';
import type { DecisionLog } from './decision-log.js';

/** Past this the log of one job is cut: what matters of a flood is its beginning. */
const maxLogBytes = 16 * 1024 * 1024;

/** What is kept beside a job's document: the placement reasoning, and what it printed in a file of its own. */
export interface JobFolders {
  addDecision(jobId: string, decision: Decision): Promise<void>;
  decisions(jobId: string): Promise<Decision[]>;
  addLog(jobId: string, message: LogMessage): Promise<void>;
  logs(jobId: string): Promise<LogMessage[]>;
  remove(jobId: string): Promise<void>;
}

async function readLines<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [schema.parse(JSON.parse(line))];
    } catch {
      // A torn last line is what a kill in mid-write leaves.
      return [];
    }
  });
}

/** `dir` holds a folder, named by its id, for each job that printed something. */
export function createJobFolders(dir: string, decisions: DecisionLog): JobFolders {
  const file = (jobId: string, name: string) => join(dir, jobId, name);
  const writes = new Map<string, Promise<void>>();

  /** Appends one after another per job, so that lines never interleave. */
  function append(jobId: string, name: string, value: unknown, maxBytes: number): Promise<void> {
    const write = (writes.get(jobId) ?? Promise.resolve()).then(async () => {
      await mkdir(join(dir, jobId), { recursive: true });
      const path = file(jobId, name);
      if (((await stat(path).catch(() => null))?.size ?? 0) > maxBytes) return;
      await appendFile(path, `${JSON.stringify(value)}\n`);
    });
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
      const [earlier, now] = await Promise.all([
        readLines(file(jobId, 'decisions.jsonl'), decisionSchema),
        decisions.of(jobId),
      ]);
      return [...earlier, ...now];
    },
    addLog: (jobId, message) => append(jobId, 'log.jsonl', message, maxLogBytes),
    logs: (jobId) => readLines(file(jobId, 'log.jsonl'), logMessageSchema),
    async remove(jobId) {
      await decisions.remove(jobId);
      await rm(join(dir, jobId), { recursive: true, force: true });
    },
  };
}
