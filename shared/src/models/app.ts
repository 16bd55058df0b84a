import * as z from 'zod';
import { appManifestSchema } from '../app-manifest.js';
import { knownIds, timestampSchema } from '../ids.js';
import { fileReferenceSchema } from '../messages/orders.js';
import { readingOptionsSchema } from './reading.js';

/** One version of an app in the repository; `version` is the content's: the first 12 digits of its SHA-256. */
export const appViewSchema = z.object({
  name: z.string(),
  /** Names this app and no other, whoever asks: `lab/NAME`, `samples/NAME`, or its owner's id in front. */
  ref: z.string(),
  /** Whose it is, for whoever asks. */
  whose: z.enum(['yours', 'lab', 'sample', 'other']),
  title: z.string(),
  description: z.string(),
  version: z.string(),
  manifest: appManifestSchema,
  /** True where no meshdeck.json came with it and the manifest was inferred. */
  inferred: z.boolean(),
  bundle: fileReferenceSchema,
  files: z.array(z.object({ path: z.string(), bytes: z.number().int().nonnegative() })),
  pushedAt: timestampSchema,
  /** Who pushed it first; null where it came with Meshdeck or from before there were accounts. */
  owner: z.object({ id: knownIds.person, name: z.string() }).nullable(),
  /** What it remembers of how its tables are to be read: where checks and jobs say nothing else. */
  reading: readingOptionsSchema,
  /** Older versions still held, newest first. */
  olderVersions: z.array(z.object({ version: z.string(), pushedAt: timestampSchema })),
});
export type AppView = z.infer<typeof appViewSchema>;

/** An app that ships with Meshdeck, with a table to try it on. */
export const sampleViewSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  runtime: appManifestSchema.shape.runtime,
  inputName: z.string(),
  inputBytes: z.number().int(),
});
export type SampleView = z.infer<typeof sampleViewSchema>;

/** What `POST /samples/{name}` hands back: all that `POST /jobs` needs. */
export const preparedSampleSchema = z.object({ app: appViewSchema, input: fileReferenceSchema });
export type PreparedSample = z.infer<typeof preparedSampleSchema>;
