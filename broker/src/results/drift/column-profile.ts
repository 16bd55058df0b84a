import { resultColumnRoleSchema } from '@meshdeck/shared';
import * as z from 'zod';

const count = z.number().int().nonnegative();

/** What is kept of one column of a table, small enough to lie beside the job and whole enough to be held against others. */
export const columnProfileSchema = z.object({
  name: z.string().max(200),
  role: resultColumnRoleSchema,
  rows: count,
  /** Empty cells, and in a column of numbers NA, NaN and the like. */
  missing: count,
  /** `counter`: whole numbers that only grow. `unique`: texts of which nearly every row has its own. */
  kind: z.enum(['numbers', 'text', 'counter', 'unique', 'empty']),
  numbers: z
    .object({
      /** Cells that hold one, and how many of these `points` were drawn from. */
      rows: count,
      drawn: count,
      /** In ascending order, evenly spread over the column's values. */
      points: z.array(z.number()).max(200),
      /** All values with their rows, where there are few. */
      values: z
        .array(z.tuple([z.number(), count]))
        .max(64)
        .nullable(),
      /** Cells that hold text all the same. */
      texts: count,
    })
    .nullable(),
  texts: z
    .object({
      /** The commonest first. */
      values: z.array(z.tuple([z.string().max(120), count])).max(200),
      /** Rows with values that are not among them. */
      others: count,
    })
    .nullable(),
});
export type ColumnProfile = z.infer<typeof columnProfileSchema>;

/** Stored as `profile.json`; a file of another version is made again. */
export const tableProfileSchema = z.object({
  version: z.literal(1),
  /** SHA-256 of the result. */
  result: z.string(),
  rows: count,
  columns: z.array(columnProfileSchema).max(5000),
  /** Columns beyond those. */
  columnsLeftOut: count,
});
export type TableProfile = z.infer<typeof tableProfileSchema>;
export const profileVersion = 1;
