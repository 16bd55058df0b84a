import * as z from 'zod';
import { knownIds } from '../ids.js';
import { resultColumnRoleSchema } from './result-table.js';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** How far a column moved, by its population stability index: from 0.1 on some, from 0.25 on much. */
export const driftLevelSchema = z.enum(['steady', 'some', 'much']);
export type DriftLevel = z.infer<typeof driftLevelSchema>;

const valueShareSchema = z.object({ value: z.string().max(120), before: share, now: share });

export const columnDriftSchema = z.object({
  column: z.string().max(200),
  role: resultColumnRoleSchema,
  /** Whether the model reads it; null where nobody knows. */
  feeds: z.boolean().nullable(),
  level: driftLevelSchema,
  /** Null where the values cannot be compared: nearly every row has one of its own. */
  psi: z.number().nullable(),
  /** Such as "Column temp moved: median 21.3 → 35.9." */
  sentence: z.string().max(500),
  missing: z.object({ before: share, now: share }),
  /** Of numbers. */
  numbers: z
    .object({
      median: z.object({ before: z.number(), now: z.number() }),
      /** 5 % of the rows lie below the one, 5 % above the other. */
      low: z.object({ before: z.number(), now: z.number() }),
      high: z.object({ before: z.number(), now: z.number() }),
    })
    .nullable(),
  /** Of text: the values whose share changed most. */
  values: z.array(valueShareSchema).max(5),
  /** Values that no earlier table had, the commonest first, and how many there are of them. */
  newValues: z.array(z.object({ value: z.string().max(120), rows: count })).max(5),
  newValueCount: count,
});
export type ColumnDrift = z.infer<typeof columnDriftSchema>;

/** A table beside the app's earlier ones. */
export const driftSchema = z.object({
  /** What it was held against, newest first; empty where there is nothing. */
  jobs: z.array(z.object({ id: knownIds.job, name: z.string(), rows: count, createdAt: z.number() })).max(10),
  /** Earlier jobs that were left out, since their tables are large and nobody has looked at them yet. */
  jobsLeftOut: count,
  rowsBefore: count,
  rowsNow: count,
  /** All in one sentence; also says why there is nothing to say. */
  sentence: z.string().max(500),
  /** The columns with something to say, those that moved most first. */
  columns: z.array(columnDriftSchema).max(50),
  columnsLeftOut: count,
  /** Compared and found steady. */
  steady: count,
  /** Not compared: numbers that count the rows, texts of which every row has its own. */
  notCompared: z.array(z.string().max(200)).max(20),
  /** Columns that only this table has, and that only earlier ones had. */
  added: z.array(z.string().max(200)).max(20),
  gone: z.array(z.string().max(200)).max(20),
});
export type Drift = z.infer<typeof driftSchema>;
