import * as z from 'zod';

/**
 * What a column of a result is: one of the table's own; the prediction; the probability or the score of a class; or
 * something else that the app added.
 */
export const resultColumnRoles = ['input', 'prediction', 'probability', 'score', 'added'] as const;
export const resultColumnRoleSchema = z.enum(resultColumnRoles);
export type ResultColumnRole = z.infer<typeof resultColumnRoleSchema>;

export const resultColumnSchema = z.object({
  /** Its place in the file, from 0. */
  index: z.number().int().nonnegative(),
  /** Shortened where it is longer. */
  name: z.string().max(200),
  role: resultColumnRoleSchema,
});
export type ResultColumn = z.infer<typeof resultColumnSchema>;

/** A column by its name, or by its place: `#3` is the third. The first of several with one name. */
export const columnReferenceSchema = z.string().min(1).max(1000);

/** One row of a result. */
export const resultRowSchema = z.object({
  /** From 1, the header not counted. */
  row: z.number().int().positive(),
  /** The line of the file (from 1) on which it begins. */
  line: z.number().int().positive(),
  /** In the order of `columns`, each at most 200 characters. */
  cells: z.array(z.string().max(220)).max(100),
  /** Which of `cells` (from 0) go on in the file. */
  shortened: z.array(z.number().int()).max(100),
});
export type ResultRow = z.infer<typeof resultRowSchema>;

/** How far a sorted table can be paged. */
export const sortedRowsLimit = 10_000;

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');

export const resultRowsQuerySchema = z.strictObject({
  offset: z.coerce.number().int().min(0).max(1e12).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Numbers by size, text by its letters; cells without a value come last either way. */
  sort: columnReferenceSchema.optional(),
  descending: flag.optional(),
  /** Once or several times; left out: predictions first, 40 columns at most. */
  columns: z.union([z.array(columnReferenceSchema).min(1).max(100), columnReferenceSchema]).optional(),
});
export type ResultRowsQuery = z.infer<typeof resultRowsQuerySchema>;

/** One page of a result. */
export const resultRowsSchema = z.object({
  columns: z.array(resultColumnSchema).max(100),
  /** How many the file has. */
  columnsTotal: z.number().int(),
  rows: z.array(resultRowSchema).max(200),
  offset: z.number().int(),
  /** How many the file has; null while nobody has counted them. */
  rowsTotal: z.number().int().nullable(),
  /** Null where the rows stand as in the file. */
  sorted: z
    .object({
      column: resultColumnSchema,
      descending: z.boolean(),
      by: z.enum(['numbers', 'text']),
      /** Rows that can be reached in this order: at most `sortedRowsLimit`. */
      rows: z.number().int(),
    })
    .nullable(),
});
export type ResultRows = z.infer<typeof resultRowsSchema>;
