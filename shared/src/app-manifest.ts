import * as z from 'zod';
import { appNameSchema, displayNameSchema, labelsSchema, plainTextSchema, proseSchema } from './ids.js';
import { networkNeedSchema } from './models/network-need.js';
import { pictureOptionsSchema } from './models/pictures.js';
import { protectionNeedSchema } from './models/protection.js';
import { declaredParamsSchema } from './params/declared-params.js';

/**
 * What an app is started by. `notebook`: the machine's Python, by papermill or nbclient; `shell`: bash, or sh where there is
 * none; `r`: Rscript.
 */
export const appRuntimes = ['onnx', 'python', 'node', 'notebook', 'shell', 'r', 'julia'] as const;
export const appRuntimeSchema = z.enum(appRuntimes);
export type AppRuntime = z.infer<typeof appRuntimeSchema>;

export const appKindSchema = z.enum(['batch', 'stream', 'service']);

const mebibyte = 1024 * 1024;

/** What one attempt may use before it is stopped. */
export const limitsSchema = z.strictObject({
  timeSeconds: z.number().int().min(1).max(604_800).default(3600),
  memoryBytes: z
    .number()
    .int()
    .min(16 * mebibyte)
    .max(1024 * 1024 * mebibyte)
    .default(2048 * mebibyte),
  outputBytes: z
    .number()
    .int()
    .min(1024)
    .max(1024 * 1024 * mebibyte)
    .default(10_240 * mebibyte),
});
export type Limits = z.infer<typeof limitsSchema>;

/** The same as an app declares it; `graceSeconds` lie between SIGTERM and SIGKILL where it is stopped. */
export const appLimitsSchema = limitsSchema.extend({
  graceSeconds: z.number().int().min(0).max(600).default(10),
});
export type AppLimits = z.infer<typeof appLimitsSchema>;

/** A path inside the package: relative, forward slashes, no way out. */
export const packagePathSchema = z
  .string()
  .min(1)
  .max(255)
  .refine(
    (path) =>
      !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path) &&
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !/^[A-Za-z]:/.test(path) &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must be a path inside the package',
  );

export const needsSchema = z.strictObject({
  labels: labelsSchema.default({}),
  memoryBytes: z.number().int().nonnegative().default(0),
  gpu: z.boolean().default(false),
  /** Asks for the network (all of the internet, or places by name): without it, a machine that can keeps the app off it. */
  network: networkNeedSchema.optional(),
  /** Only machines measured to be protected from their jobs at least so well. */
  protection: protectionNeedSchema.optional(),
});
export type Needs = z.infer<typeof needsSchema>;

/** `meshdeck.json`, the manifest of an app package. */
export const appManifestSchema = z.strictObject({
  $schema: z.string().max(200).optional(),
  name: appNameSchema,
  title: displayNameSchema.optional(),
  description: proseSchema(500).optional(),
  version: plainTextSchema(40).default('0.0.0'),
  runtime: appRuntimeSchema,
  kind: appKindSchema.default('batch'),
  entry: packagePathSchema,
  inputs: z
    .strictObject({
      csv: z
        .strictObject({
          columns: z.array(z.string().max(200)).max(10_000).default([]),
          /** The app reads CSVs only: workbooks, Parquet and JSON are turned into one. Models always get one. */
          convert: z.boolean().optional(),
        })
        .prefault({}),
    })
    .prefault({}),
  outputs: z
    .strictObject({
      /** Every run writes a `predictions.csv`; false: it has other files only, or none. */
      predictions: z.boolean().default(true),
    })
    .prefault({}),
  limits: appLimitsSchema.prefault({}),
  needs: needsSchema.prefault({}),
  /** What a run may set: `{}` is nothing. Left out: anything, which the script finds in the file `MESHDECK_PARAMS` names. */
  params: declaredParamsSchema.optional(),
  /** How pictures become the numbers of the model, where it is one of pictures. */
  pictures: pictureOptionsSchema.optional(),
  /** Rows may be worked on apart from each other, so a run may be split over machines. ONNX models always are. */
  rows: z.enum(['independent', 'together']).optional(),
  /** A table to try the app on, shipped inside the package; `labelColumn` holds the truth where it is known. */
  sample: z
    .strictObject({ input: packagePathSchema, labelColumn: z.string().max(200).optional() })
    .optional(),
});
export type AppManifest = z.infer<typeof appManifestSchema>;

export const manifestFileName = 'meshdeck.json';
