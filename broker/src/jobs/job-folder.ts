import { appendFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decisionSchema, logMessageSchema, type Decision, type LogMessage } from '@meshdeck/shared';
import type * as z from 'zod';

/** Past this the log of one job is cut: what matters of a flood is its beginning. */
const maxLogBytes = 16 * 1024 * 1024;

/** What is kept beside a job's document, in files of its own: the placement reasoning and the log, a line each. */
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

/** `dir` holds one folder per job, named by its id. */
export function createJobFolders(dir: string): JobFolders {
  const file = (jobId: string, name: string) => join(dir, jobId, name);
  const writes = new Map<string, Promise<void>>();

  /** Appends one after another per job, so that lines never interleave. */
  function append(jobId: string, name: string, value: unknown, maxBytes = Infinity): Promise<void> {
    const write = (writes.get(jobId) ?? Promise.resolve()).then(async () => {
      await mkdir(join(dir, jobId), { recursive: true });
      const path = file(jobId, name);
      if (maxBytes !== Infinity && ((await stat(path).catch(() => null))?.size ?? 0) > maxBytes) return;
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
    addDecision: (jobId, decision) => append(jobId, 'decisions.jsonl', decision),
    decisions: (jobId) => readLines(file(jobId, 'decisions.jsonl'), decisionSchema),
    addLog: (jobId, message) => append(jobId, 'log.jsonl', message, maxLogBytes),
    logs: (jobId) => readLines(file(jobId, 'log.jsonl'), logMessageSchema),
    remove: (jobId) => rm(join(dir, jobId), { recursive: true, force: true }),
  };
}
