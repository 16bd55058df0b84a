import * as z from 'zod';
import { knownIds, sha256Schema, timestampSchema } from '../ids.js';

const count = z.number().int().nonnegative();
/** A value as it stands in a table, cut for people to read. */
const cellSchema = z.string().max(200);

/** Where two tables part, value by value; all rows are counted from 1 behind the header. */
export const tableDifferenceSchema = z.object({
  rowsExpected: count,
  rowsFound: count,
  /** Rows whose values differ, and rows that only one of the tables has. */
  rowsDifferent: count,
  /** The first value that differs; null where only the writing does (quotes, line endings). Row 0 is the header. */
  first: z
    .object({
      row: count,
      column: z.number().int().positive(),
      columnName: cellSchema.nullable(),
      /** Null where the table has no such value. */
      expected: cellSchema.nullable(),
      found: cellSchema.nullable(),
    })
    .nullable(),
  /** Over all pairs of values that are both numbers; null where no such pair differs. */
  largestNumericDifference: z.number().nonnegative().nullable(),
});
export type TableDifference = z.infer<typeof tableDifferenceSchema>;

export const verificationOutcomes = ['running', 'equal', 'different', 'failed'] as const;
export const verificationOutcomeSchema = z.enum(verificationOutcomes);
export type VerificationOutcome = z.infer<typeof verificationOutcomeSchema>;

/** One run of a job's app on its table again, and how its result compares byte for byte. */
export const verificationSchema = z.object({
  /** The job that ran it again. */
  jobId: knownIds.job,
  /** When it was compared; when it was begun while it runs. */
  at: timestampSchema,
  /** `failed`: it ended without a result to compare. */
  outcome: verificationOutcomeSchema,
  /** The verdict in words. */
  summary: z.string().max(2000),
  /** Names of the machines that made the second result. */
  machines: z.array(z.string()),
  /** Whether all of it was made on machines that had no part in the first result. */
  elsewhere: z.boolean(),
  /** Null where the first job was removed meanwhile. */
  expectedSha256: sha256Schema.nullable(),
  foundSha256: sha256Schema.nullable(),
  difference: tableDifferenceSchema.nullable(),
});
export type Verification = z.infer<typeof verificationSchema>;
