import * as z from 'zod';
import { failureSchema } from '../errors.js';
import { knownIds, timestampSchema } from '../ids.js';
import { jobRequestSchema, jobStateSchema } from './job.js';
import { figureSchema } from './job-metrics.js';
import { paramNameSchema, paramValueSchema, paramValuesSchema } from './param.js';

export const mostSweepJobs = 1000;
/** Columns of figures in a sweep's table; each job's page has all of its own. */
export const mostSweepFigures = 20;

/** The values that one parameter takes, one after another. */
export const sweepAxisSchema = z.strictObject({
  param: paramNameSchema,
  values: z.array(paramValueSchema).min(1).max(mostSweepJobs),
});
export type SweepAxis = z.infer<typeof sweepAxisSchema>;

/** A job for each combination of the values; all else is the same. */
export const sweepRequestSchema = z.strictObject({
  job: jobRequestSchema,
  sweep: z.array(sweepAxisSchema).min(1).max(20),
});
export type SweepRequest = z.infer<typeof sweepRequestSchema>;

/** One job of a sweep, beside the others. What has a default, hubs of before do not tell. */
export const sweepRowSchema = z.object({
  jobId: knownIds.job,
  /** From 1, in the order of the values. */
  number: z.number().int(),
  state: jobStateSchema,
  /** The parameters that the sweep is about, with this job's values. */
  params: paramValuesSchema,
  /** What it wrote into its `metrics.json`, of those that the sweep's table has. */
  figures: z.record(z.string(), figureSchema).default({}),
  nodeName: z.string().nullable(),
  /** Until now where it still runs; null before. */
  durationMs: z.number().nullable(),
  failure: failureSchema.nullable(),
});
export type SweepRow = z.infer<typeof sweepRowSchema>;

/** The least and the greatest number that a figure has among the jobs that succeeded. Which one is better, its author knows. */
const extremeSchema = z.object({ jobId: knownIds.job, number: z.number().int(), value: z.number() });
export const sweepFigureSchema = z.object({
  name: z.string(),
  /** Null where fewer than two different numbers are known. */
  least: extremeSchema.nullable(),
  greatest: extremeSchema.nullable(),
});
export type SweepFigure = z.infer<typeof sweepFigureSchema>;

/** What the table may be sorted by: `number`, `state`, `duration`, `param:NAME` or `figure:NAME`. */
export const sweepSortSchema = z
  .string()
  .max(160)
  .regex(
    /^(?:number|state|duration|(?:param|figure):.*)$/s,
    'must be number, state, duration, param:NAME, or figure:NAME',
  );

export const sweepViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  app: z.object({ name: z.string(), ref: z.string().optional(), title: z.string(), version: z.string() }),
  ownerName: z.string(),
  createdAt: timestampSchema,
  /** The names of what it is about. */
  params: z.array(z.string()),
  /** Figures that its jobs wrote as numbers, in the order in which they come up, at most 20. */
  figures: z.array(sweepFigureSchema).default([]),
  /** How many there are in all. */
  figureCount: z.number().int().default(0),
  /** Jobs that are there; one may have been removed. */
  total: z.number().int(),
  byState: z.partialRecord(jobStateSchema, z.number().int()),
  rows: z.array(sweepRowSchema),
  nextCursor: z.string().nullable(),
});
export type SweepView = z.infer<typeof sweepViewSchema>;
