import * as z from 'zod';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** Rows of a result that are named one by one. */
export const namedRowSchema = z.object({
  /** From 1, the header not counted; `line` is that of the file. */
  row: z.number().int().positive(),
  line: z.number().int().positive(),
  /** As written, shortened. */
  prediction: z.string().max(120),
  truth: z.string().max(120).nullable(),
  /** The table's first columns, to recognise the row by. */
  cells: z.array(z.object({ column: z.string().max(200), text: z.string().max(80) })).max(6),
});
export type NamedRow = z.infer<typeof namedRowSchema>;

/** A range of values and the rows in it; the upper end belongs to the last bar only. */
export const histogramSchema = z.object({
  bars: z.array(z.object({ from: z.number(), to: z.number(), rows: count })).max(60),
  /** Rows beyond the bars where a few values far off would squeeze all others together. */
  below: count,
  above: count,
});
export type Histogram = z.infer<typeof histogramSchema>;

export const classScoreSchema = z.object({
  class: z.string().max(120),
  /** Rows whose truth it is, and rows it was predicted for. */
  truth: count,
  predicted: count,
  /** Of the rows it was predicted for, the share that is right; null where it never was. */
  precision: share.nullable(),
  /** Of its own rows, the share that was found; null where it has none. */
  recall: share.nullable(),
  /** Their harmonic mean; 0 where nothing was found. */
  f1: share,
});
export type ClassScore = z.infer<typeof classScoreSchema>;

/** How often probabilities of about this size were right. */
export const calibrationBinSchema = z.object({
  from: share,
  to: share,
  rows: count,
  meanProbability: share,
  rightShare: share,
});
export type CalibrationBin = z.infer<typeof calibrationBinSchema>;

/** Classes held against the truth. */
export const classWorthSchema = z.object({
  kind: z.literal('classes'),
  /** Rows that were judged. */
  rows: count,
  right: count,
  accuracy: share,
  /** What always naming the commonest class would reach. */
  commonest: z.object({ class: z.string().max(120), share }),
  classes: count,
  /** Of the 30 commonest, by name. */
  scores: z.array(classScoreSchema).max(30),
  /** Over all classes, each counting the same. */
  macro: z.object({ precision: share, recall: share, f1: share }),
  confusion: z.object({
    classes: z.array(z.string().max(120)).max(30),
    /** The last row and column stand for all other classes. */
    hasOthers: z.boolean(),
    /** `rows[truth][prediction]` */
    rows: z.array(z.array(count).max(31)).max(31),
  }),
  /** What was taken for something else most often. */
  mistakes: z
    .array(z.object({ truth: z.string().max(120), prediction: z.string().max(120), rows: count, share }))
    .max(10),
  /** Of the probabilities; null where there are none for every class. */
  logLoss: z.number().nullable(),
  brier: z.number().nullable(),
  calibration: z.object({ bins: z.array(calibrationBinSchema).max(10), expectedError: share }).nullable(),
});
export type ClassWorth = z.infer<typeof classWorthSchema>;

/** Numbers held against the truth. An error is prediction minus truth. */
export const numberWorthSchema = z.object({
  kind: z.literal('numbers'),
  rows: count,
  /** Means of the absolute and of the squared error, the latter's root; the median of the absolute one. */
  mae: z.number(),
  rmse: z.number(),
  medianAbsoluteError: z.number(),
  /** Null where the truth is the same in all rows. */
  r2: z.number().nullable(),
  /** The mean error: above 0 it predicts too much. */
  bias: z.number(),
  /** What always saying the truth's own mean would give for `rmse`. */
  rmseOfMean: z.number(),
  errors: histogramSchema,
  /** How many rows lie where in the plane of prediction and error; empty fields are left out. */
  plane: z.object({
    prediction: z.object({ from: z.number(), to: z.number(), steps: z.number().int() }),
    error: z.object({ from: z.number(), to: z.number(), steps: z.number().int() }),
    fields: z.array(z.object({ x: z.number().int(), y: z.number().int(), rows: count })).max(1000),
    /** Rows outside of it. */
    outside: count,
  }),
  worst: z.array(namedRowSchema.extend({ error: z.number() })).max(10),
  /** Median, histogram and plane are of so many rows drawn evenly, where there are too many to keep; else null. */
  drawn: count.nullable(),
});
export type NumberWorth = z.infer<typeof numberWorthSchema>;

export const worthSchema = z.discriminatedUnion('kind', [classWorthSchema, numberWorthSchema]);
export type Worth = z.infer<typeof worthSchema>;
