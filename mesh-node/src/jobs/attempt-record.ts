import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  attemptFactsSchema,
  attemptIdSchema,
  failureSchema,
  fileReferenceSchema,
  outputFilesSchema,
  runOrderSchema,
  type AttemptId,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import * as z from 'zod';
import { readJsonFile } from '../storage/json-file.js';
import type { Trash } from '../storage/trash.js';
import { openRecordLog } from './record-log.js';

const files = { files: outputFilesSchema.optional() };

/** How an attempt ended; told to the hub until it says `forget`. */
export const outcomeSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('succeeded'),
    result: fileReferenceSchema.optional(),
    /** The result itself in base64, where it goes with the report. */
    content: z.string().optional(),
    facts: attemptFactsSchema,
    ...files,
  }),
  z.object({ type: z.literal('failed'), failure: failureSchema, ...files }),
  z.object({ type: z.literal('cancelled'), ...files }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What is on disk of an attempt. `delivering` has its result in the folder, whole, and yet to be uploaded. */
export const attemptRecordSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), order: runOrderSchema }),
  z.object({
    state: z.literal('delivering'),
    order: runOrderSchema,
    result: fileReferenceSchema.optional(),
    facts: attemptFactsSchema,
  }),
  z.object({ state: z.literal('done'), order: runOrderSchema, outcome: outcomeSchema }),
]);
export type AttemptRecord = z.infer<typeof attemptRecordSchema>;

/** Attempts on disk: what is known of each in one log, and a folder for what it works with. */
export interface AttemptStore {
  folder: string;
  folderOf: (attemptId: AttemptId) => string;
  /** Makes the attempt's folder, empty, and gives its path. */
  makeFolder: (attemptId: AttemptId) => Promise<string>;
  /** Resolves once it is on disk. */
  save: (record: AttemptRecord) => Promise<void>;
  /** Removes what the attempt worked with and leaves its record. */
  clear: (attemptId: AttemptId) => Promise<void>;
  remove: (attemptId: AttemptId) => Promise<void>;
  /** What an earlier run of this agent left. Folders of which nothing is known go. */
  loadAll: () => Promise<readonly AttemptRecord[]>;
  close: () => Promise<void>;
}

/** Where earlier versions kept an attempt's record, in its folder. */
const earlierName = 'attempt.json';

export async function openAttemptStore(options: {
  folder: string;
  logFile: string;
  trash: Trash;
  logger: Logger;
}): Promise<AttemptStore> {
  const { folder, trash, logger } = options;
  const folderOf = (attemptId: AttemptId) => join(folder, attemptId);
  const log = await openRecordLog({
    path: options.logFile,
    parse: (value) => attemptRecordSchema.parse(value),
    onDamaged(error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error({ reason }, 'an attempt record is damaged and was left out');
    },
  });
  /** Attempts that have a folder: most small ones never do. */
  const made = new Set(await readdir(folder));

  async function dropFolder(attemptId: AttemptId): Promise<void> {
    if (made.delete(attemptId)) await trash.discard(folderOf(attemptId));
  }

  async function earlierRecord(attemptId: AttemptId): Promise<AttemptRecord | undefined> {
    try {
      return await readJsonFile(join(folderOf(attemptId), earlierName), attemptRecordSchema);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error({ attemptId, reason }, 'an attempt record is damaged and was left out');
      return undefined;
    }
  }

  return {
    folder,
    folderOf,
    async makeFolder(attemptId) {
      await dropFolder(attemptId);
      made.add(attemptId);
      await mkdir(folderOf(attemptId), { mode: 0o700 });
      return folderOf(attemptId);
    },
    // The table that came with an order is not for the next run of this agent.
    save: ({ order: { inputContent: _table, ...order }, ...record }) =>
      log.set(order.attemptId, { ...record, order } as AttemptRecord),
    clear: dropFolder,
    async remove(attemptId) {
      await Promise.all([log.set(attemptId, null), dropFolder(attemptId)]);
    },
    async loadAll() {
      const records = [...log.loaded];
      const known = new Set(records.map(({ order }) => order.attemptId));
      for (const name of [...made]) {
        const { data: attemptId } = attemptIdSchema.safeParse(name);
        if (attemptId === undefined || known.has(attemptId)) continue;
        const record = await earlierRecord(attemptId);
        if (record?.order.attemptId === attemptId) records.push(record);
        else await dropFolder(attemptId);
      }
      return records;
    },
    close: log.close,
  };
}
