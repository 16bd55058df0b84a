import * as z from 'zod';
import { appRefSchema, fileNameSchema, knownIds, sha256Schema } from '../ids.js';
import { checkSchema, readingChangeSchema } from './reading.js';
import { askedSourceSchema, sheetNameSchema } from './table-source.js';

/** Asks how a stored table and an app would be read, without a job. */
export const checkRequestSchema = z.strictObject({
  app: z.strictObject({ name: appRefSchema, version: z.string().max(80).optional() }),
  input: z.strictObject({
    sha256: sha256Schema,
    name: fileNameSchema,
    /** The file is not the table but its first and last rows, as `tableExcerpt` puts them together. */
    excerpt: z.boolean().default(false),
    /** Of a workbook with several sheets: the one that holds the table. */
    sheet: sheetNameSchema.optional(),
  }),
  /** On top of what the app remembers. */
  reading: readingChangeSchema.optional(),
});
export type CheckRequest = z.infer<typeof checkRequestSchema>;

/** The same as it is sent: what has a default may be left out. */
export type CheckQuestion = z.input<typeof checkRequestSchema>;

/** What came of it, and where. */
export const checkViewSchema = checkSchema.extend({
  /** Null where the hub itself refused what it should turn into a table, or the app reads it by itself. */
  node: z.object({ id: knownIds.node, name: z.string() }).nullable(),
  /** Of a workbook, Parquet or JSON: what the hub made the table of. */
  source: askedSourceSchema.optional(),
  /** From the question to the answer, in milliseconds. */
  tookMs: z.number().nonnegative(),
});
export type CheckView = z.infer<typeof checkViewSchema>;
