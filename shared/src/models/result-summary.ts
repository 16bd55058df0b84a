import * as z from 'zod';
import { knownIds } from '../ids.js';
import { driftSchema } from './drift.js';
import { columnReferenceSchema, resultColumnSchema } from './result-table.js';
import { histogramSchema, namedRowSchema, worthSchema } from './result-worth.js';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** Whether a prediction names a class or is a quantity. */
export const predictionKindSchema = z.enum(['classes', 'numbers']);
export type PredictionKind = z.infer<typeof predictionKindSchema>;

export const resultSummaryQuerySchema = z.strictObject({
  /** The column that holds the truth; `none` for no comparison where the job or its app names one. */
  truth: columnReferenceSchema.optional(),
  /** The column to judge, where several could be the prediction. */
  prediction: columnReferenceSchema.optional(),
  /** How to read it, where its values leave that open. */
  as: predictionKindSchema.optional(),
  /** A job whose table this one is held against; left out: the app's earlier ones. */
  against: z.string().min(1).max(120).optional(),
});
export type ResultSummaryQuery = z.infer<typeof resultSummaryQuerySchema>;

/** What was predicted how often. */
export const classDistributionSchema = z.object({
  kind: z.literal('classes'),
  /** The commonest first. */
  classes: z.array(z.object({ class: z.string().max(120), rows: count, share })).max(30),
  others: z.object({ classes: count, rows: count }),
});
export type ClassDistribution = z.infer<typeof classDistributionSchema>;

export const numberDistributionSchema = z.object({
  kind: z.literal('numbers'),
  histogram: histogramSchema,
  mean: z.number(),
  deviation: z.number(),
  quantiles: z.object({
    min: z.number(),
    p5: z.number(),
    p25: z.number(),
    median: z.number(),
    p75: z.number(),
    p95: z.number(),
    max: z.number(),
  }),
  /** Quantiles and histogram are of so many rows drawn evenly, where there are too many to keep; else null. */
  drawn: count.nullable(),
});
export type NumberDistribution = z.infer<typeof numberDistributionSchema>;

/** How sure the model was: the largest probability of each row, or the lead of the largest score. */
export const certaintySchema = z.object({
  by: z.enum(['probability', 'lead']),
  rows: count,
  /** Between 0 and 1 for probabilities. */
  histogram: histogramSchema,
  median: z.number(),
  leastSure: z
    .array(
      namedRowSchema.extend({
        /** The largest probability; null where there are scores only. */
        probability: z.number().nullable(),
        /** By how much the largest is ahead of the next. */
        lead: z.number().nullable(),
        /** The class that came second. */
        second: z.string().max(120).nullable(),
      }),
    )
    .max(10),
});
export type Certainty = z.infer<typeof certaintySchema>;

/** What a job's result is worth. */
export const resultSummarySchema = z.object({
  jobId: knownIds.job,
  rows: count,
  columns: z.array(resultColumnSchema).max(2000),
  columnsLeftOut: count,
  prediction: z.object({
    column: resultColumnSchema.nullable(),
    kind: predictionKindSchema.nullable(),
    /** How it was found and read, in a sentence. */
    why: z.string().max(500),
    /** Rows without one. */
    missing: count,
  }),
  truth: z
    .object({
      column: resultColumnSchema,
      /** By this call, by the job's own options, or by the app's manifest. */
      named: z.enum(['asked', 'job', 'app']),
      missing: count,
    })
    .nullable(),
  /** Columns that may hold it, by their names. */
  truthSuggestions: z.array(z.string().max(200)).max(10),
  /** Sentences a person should see beside the figures. */
  notes: z.array(z.string().max(500)).max(20),
  worth: worthSchema.nullable(),
  distribution: z.discriminatedUnion('kind', [classDistributionSchema, numberDistributionSchema]).nullable(),
  certainty: certaintySchema.nullable(),
  drift: driftSchema,
});
export type ResultSummary = z.infer<typeof resultSummarySchema>;
