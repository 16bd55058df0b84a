import { checkSchema, failureSchema, readingOptionsSchema, readingSchema } from '@meshdeck/shared';
import { tableFormSchema } from '@meshdeck/shared/csv';
import * as z from 'zod';

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** What is known of an input besides its bytes. */
const originSchema = z.object({ inputName: z.string(), manifestPath: z.string() });

const smallRunSchema = z.object({
  table: bytesSchema,
  /** A larger result is not given back. */
  keepBytes: z.number().positive(),
  outputLimitBytes: z.number().positive(),
  /** How the table is written that this one is a part of. */
  form: tableFormSchema.optional(),
  /** What was said about how the table is to be read. */
  reading: readingOptionsSchema.optional(),
  origin: originSchema.optional(),
});
export type SmallRun = z.infer<typeof smallRunSchema>;

/** What the agent tells a runner process. One run at a time; an inspection counts as one. */
export const runnerRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    jobKey: z.string(),
    modelPath: z.string(),
    inputPath: z.string(),
    outputPath: z.string(),
    outputLimitBytes: z.number().positive(),
    form: tableFormSchema.optional(),
    reading: readingOptionsSchema.optional(),
    origin: originSchema.optional(),
    /** The table is still on its way. */
    arriving: z
      .object({ partPath: z.string(), sizeBytes: z.number().positive(), tail: bytesSchema })
      .optional(),
  }),
  /** How a table would be read, by its first rows; nothing is written. `complete`: it is the whole table. */
  z.object({
    type: z.literal('check'),
    jobKey: z.string(),
    modelPath: z.string(),
    table: bytesSchema,
    complete: z.boolean(),
    reading: readingOptionsSchema.optional(),
    origin: originSchema.optional(),
  }),
  /** Tables and results go by message; no file is read or written. Runs of one model, one after another. */
  z.object({
    type: z.literal('run-small'),
    jobKey: z.string(),
    modelPath: z.string(),
    runs: z.array(smallRunSchema).min(1),
  }),
  z.object({ type: z.literal('inspect'), jobKey: z.string(), modelPath: z.string() }),
  z.object({ type: z.literal('cancel'), jobKey: z.string() }),
]);
export type RunnerRequest = z.infer<typeof runnerRequestSchema>;

/** Which column fed which input, and which were only copied. */
export const columnMapSchema = z.object({
  inputs: z.array(z.object({ input: z.string(), column: z.string() })),
  aside: z.array(z.string()),
});
export type ColumnMap = z.infer<typeof columnMapSchema>;

/** A finished run. */
export const onnxRunResultSchema = z.object({
  rows: z.number(),
  columnMap: columnMapSchema,
  /** Names of the columns added behind the input's. */
  outputs: z.array(z.string()),
  reading: readingSchema,
  /** 0 when the model was loaded already. */
  modelLoadMs: z.number(),
  /** Without `waitedMs`. */
  runMs: z.number(),
  /** What it waited for a table that was on its way. */
  waitedMs: z.number(),
  /** Such as `onnxruntime-node 1.30.0`. */
  runtimeVersion: z.string(),
});
export type OnnxRunResult = z.infer<typeof onnxRunResultSchema>;

const tensorSchema = z.object({
  name: z.string(),
  type: z.string(),
  /** Dimensions; a name or an empty text for one the model leaves open. */
  shape: z.array(z.union([z.number(), z.string()])),
});

/** What a model takes and gives, for people. */
export const modelDescriptionSchema = z.object({
  producer: z.string(),
  inputs: z.array(tensorSchema),
  outputs: z.array(tensorSchema),
  /** Names of a matrix input's features, where the model carries them. */
  featureNames: z.array(z.string()).optional(),
  /** Names of the classes it tells apart, where it carries them. */
  classNames: z.array(z.string()).optional(),
});
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;

/** What came of one of several small runs; `index` is its place in the request. */
export const smallResultSchema = z.discriminatedUnion('type', [
  onnxRunResultSchema.extend({ type: z.literal('done'), index: z.number(), table: bytesSchema }),
  z.object({ type: z.literal('too-large'), index: z.number() }),
  z.object({ type: z.literal('failed'), index: z.number(), failure: failureSchema }),
]);
export type SmallResult = z.infer<typeof smallResultSchema>;

/** What a runner process tells the agent. */
export const runnerReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('progress'), jobKey: z.string(), fraction: z.number(), rows: z.number() }),
  onnxRunResultSchema.extend({ type: z.literal('done'), jobKey: z.string() }),
  /** Some of the small runs are done. */
  z.object({ type: z.literal('small-results'), jobKey: z.string(), results: z.array(smallResultSchema) }),
  /** All of them are. */
  z.object({ type: z.literal('done-small'), jobKey: z.string() }),
  z.object({ type: z.literal('checked'), jobKey: z.string(), check: checkSchema }),
  z.object({ type: z.literal('inspected'), jobKey: z.string(), description: modelDescriptionSchema }),
  z.object({ type: z.literal('failed'), jobKey: z.string(), failure: failureSchema }),
]);
export type RunnerReport = z.infer<typeof runnerReportSchema>;
