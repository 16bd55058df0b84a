import { appendFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logMessageSchema, type LogMessage } from '@meshdeck/shared';
import * as z from 'zod';
import { readLines } from './read-lines.js';

/** Past this the log of one attempt is cut: what matters of a flood is its beginning. */
const maxAttemptBytes = 8 * 1024 * 1024;
/** Of all attempts of one job: as many attempts as a task may have keep theirs whole. */
const maxJobBytes = 20 * maxAttemptBytes;
/** Sizes of so many jobs' logs are remembered; those of others are read from the disk again. */
const maxRemembered = 1_000;

/** `at`: when the hub got it, strictly growing, so that the logs of attempts side by side can be put in order. */
const storedSchema = logMessageSchema.extend({ at: z.number().optional() });

/** What each attempt of a job printed, in a file of its own: one attempt's flood takes nothing from another's. */
export interface AttemptLogs {
  append(folder: string, message: LogMessage): Promise<void>;
  /** In the order in which they came, of one attempt or of all. */
  read(folder: string, attemptId?: string): Promise<LogMessage[]>;
}

const logsIn = (folder: string) => join(folder, 'logs');

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function filesIn(folder: string): Promise<string[]> {
  return readdir(logsIn(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Appends of one job may not overlap; the caller sees to that. */
export function createAttemptLogs({ now }: { now: () => number }): AttemptLogs {
  const sizes = new Map<string, number>();
  let lastAt = 0;

  async function jobBytes(folder: string): Promise<number> {
    const known = sizes.get(folder);
    if (known !== undefined) return known;
    const files = await filesIn(folder);
    const each = await Promise.all(files.map((file) => sizeOf(join(logsIn(folder), file))));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  function remember(folder: string, bytes: number): void {
    sizes.delete(folder);
    sizes.set(folder, bytes);
    for (const oldest of sizes.keys()) {
      if (sizes.size <= maxRemembered) break;
      sizes.delete(oldest);
    }
  }

  return {
    async append(folder, message) {
      const path = join(logsIn(folder), `${message.attemptId}.jsonl`);
      const before = await jobBytes(folder);
      if (before > maxJobBytes || (await sizeOf(path)) > maxAttemptBytes) return;
      lastAt = Math.max(now(), lastAt + 0.001);
      const line = `${JSON.stringify({ at: lastAt, ...message })}\n`;
      await mkdir(logsIn(folder), { recursive: true });
      await appendFile(path, line);
      remember(folder, before + line.length);
    },

    async read(folder, attemptId) {
      const files = attemptId === undefined ? await filesIn(folder) : [`${attemptId}.jsonl`];
      const messages = [];
      for (const file of files) messages.push(...(await readLines(join(logsIn(folder), file), storedSchema)));
      return messages
        .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
        .map(({ at: _at, ...message }): LogMessage => message);
    },
  };
}
