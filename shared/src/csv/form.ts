import * as z from 'zod';
import { skippedLinesSchema, tableDelimiterSchema, tableEncodingSchema } from '../models/reading.js';

/**
 * How one table is written: found once for the whole of it, and taken as it is for every part that is cut out of it, so
 * that no part is read in another form than the others. Everything stands by lines of the file (from 1), which are the
 * same in a part, since a part begins with all that stands before the table's first row.
 */
export const tableFormSchema = z.object({
  encoding: tableEncodingSchema,
  /** The file begins with a byte order mark. */
  bom: z.boolean(),
  /**
   * Only ASCII was seen of it and nothing was told: it is read as UTF-8, and as Windows-1252 from the first byte on
   * that is none.
   */
  asciiSoFar: z.boolean(),
  delimiter: tableDelimiterSchema,
  /** What ends the line of the column names, else the first one; `\r` where it ends every line of the file. */
  lineEnding: z.enum(['\n', '\r\n', '\r']),
  /** Null where the table has no line of names, and its columns are counted. */
  headerLine: z.number().int().positive().nullable(),
  /** Names of groups of columns, where the names below need them to be told apart. */
  groupsLine: z.number().int().positive().nullable(),
  firstRowLine: z.number().int().positive(),
  /** Fields of a row, without empty ones behind the last column. */
  fields: z.number().int().positive(),
  /** Empty fields behind the last column, in every row. */
  trailing: z.number().int().nonnegative(),
  /** The header is one name short: the first column, the rows' own names, has none [R, write.table]. */
  rowLabels: z.boolean(),
  /** So many bytes at the file's end hold no rows, but totals and notes. */
  footerBytes: z.number().int().nonnegative(),
  /** Lines that are no rows, those above the first row and at the end. */
  skipped: z.array(skippedLinesSchema).max(50),
  /** Rows that begin like one that adds the others up, and were not left out. */
  keptTotals: z
    .array(z.object({ line: z.number().int().positive(), text: z.string().max(200) }))
    .max(5)
    .optional(),
  /** For each column what its cells show about how numbers are written, joined over the whole table. */
  evidence: z.array(z.number().int()).max(100_000).optional(),
});
export type TableForm = z.infer<typeof tableFormSchema>;
