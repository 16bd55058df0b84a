import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  attemptFactsSchema,
  attemptIdSchema,
  failureSchema,
  fileReferenceSchema,
  runOrderSchema,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from '../storage/json-file.js';

/** How an attempt ended; told to the hub until it says `forget`. */
export const outcomeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('succeeded'), result: fileReferenceSchema, facts: attemptFactsSchema }),
  z.object({ type: z.literal('failed'), failure: failureSchema }),
  z.object({ type: z.literal('cancelled') }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What is on disk of an attempt. `delivering` has its result in the folder, whole, and yet to be uploaded. */
export const attemptRecordSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), order: runOrderSchema }),
  z.object({
    state: z.literal('delivering'),
    order: runOrderSchema,
    result: fileReferenceSchema,
    facts: attemptFactsSchema,
  }),
  z.object({ state: z.literal('done'), order: runOrderSchema, outcome: outcomeSchema }),
]);
export type AttemptRecord = z.infer<typeof attemptRecordSchema>;

/** Attempts on disk, a folder each: `attempt.json` and what the attempt works with. */
export interface AttemptStore {
  folder: string;
  folderOf: (attemptId: string) => string;
  save: (record: AttemptRecord) => Promise<void>;
  /** Removes what the attempt worked with and leaves its record. */
  clear: (attemptId: string) => Promise<void>;
  remove: (attemptId: string) => Promise<void>;
  loadAll: () => Promise<AttemptRecord[]>;
}

const recordName = 'attempt.json';

export function createAttemptStore(options: { folder: string; logger: Logger }): AttemptStore {
  const { folder, logger } = options;
  const folderOf = (attemptId: string) => join(folder, attemptId);

  return {
    folder,
    folderOf,
    async save(record) {
      const path = folderOf(record.order.attemptId);
      await mkdir(path, { recursive: true, mode: 0o700 });
      await writeJsonFile(join(path, recordName), record);
    },
    async clear(attemptId) {
      const names = await readdir(folderOf(attemptId));
      const work = names.filter((name) => name !== recordName);
      await Promise.all(
        work.map((name) => rm(join(folderOf(attemptId), name), { recursive: true, force: true })),
      );
    },
    remove: (attemptId) => rm(folderOf(attemptId), { recursive: true, force: true }),
    async loadAll() {
      const records: AttemptRecord[] = [];
      for (const name of await readdir(folder)) {
        if (!attemptIdSchema.safeParse(name).success) continue;
        try {
          const record = await readJsonFile(join(folder, name, recordName), attemptRecordSchema);
          if (record?.order.attemptId === name) records.push(record);
          else await rm(join(folder, name), { recursive: true, force: true });
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          logger.error({ attemptId: name, reason }, 'an attempt record is damaged and was left out');
        }
      }
      return records;
    },
  };
}
