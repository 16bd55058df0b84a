import * as z from 'zod';
import { timestampSchema } from '../ids.js';
import { seriesTierSchema } from './series-keeping.js';

/** `node:<nodeId>` or `sensor:<sensorId>`. */
export const seriesSourceSchema = z.string().regex(/^(node:[a-z2-7]{26}|sensor:[a-z0-9][a-z0-9-]{0,62})$/, {
  error: 'must be node:<node id> or sensor:<sensor id>',
});

export const seriesInfoSchema = z.object({
  source: z.string(),
  key: z.string(),
  unit: z.string(),
  count: z.number().int(),
  firstTs: timestampSchema.nullable(),
  lastTs: timestampSchema.nullable(),
  /** From when on there are readings, and summaries of minutes; 0 where none were deleted. Hubs of before do not say. */
  readingsFrom: timestampSchema.optional(),
  minutesFrom: timestampSchema.optional(),
});
export type SeriesInfo = z.infer<typeof seriesInfoSchema>;

export const seriesPointsSchema = z.object({
  key: z.string(),
  unit: z.string(),
  /** True where there were more readings than asked for: first, last, min and max of every bucket remain. */
  decimated: z.boolean(),
  /** `[unix ms, value]`, by time. */
  points: z.array(z.tuple([z.number(), z.number()])),
  /** What the points were taken from, the coarsest where there were several; and the width of a bucket, 0 for all readings. */
  tier: seriesTierSchema.optional(),
  resolutionMs: z.number().optional(),
});
export type SeriesPoints = z.infer<typeof seriesPointsSchema>;

export const seriesQuerySchema = z.object({
  source: seriesSourceSchema,
  /** Comma-separated measurement names; all where left out. */
  keys: z.string().max(4000).optional(),
  from: z.coerce.number().int().nonnegative(),
  to: z.coerce.number().int().nonnegative(),
  maxPoints: z.coerce.number().int().min(10).max(20_000).default(1000),
});

export const seriesExportQuerySchema = seriesQuerySchema.omit({ maxPoints: true }).extend({
  format: z.enum(['csv', 'parquet']).default('csv'),
  /** Readings as they were read, while they are kept; or of each minute or hour the least, greatest, mean and count. */
  tier: seriesTierSchema.default('readings'),
});
