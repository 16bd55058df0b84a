import * as z from 'zod';
import { knownIds, sha256Schema } from '../ids.js';
import { fileReferenceSchema } from '../messages/orders.js';
import { runMetricsSchema } from './job-metrics.js';

/** Most files of one run that are kept. */
export const mostOutputFiles = 10_000;
/** Most characters of a path in the output folder. */
export const longestOutputPath = 500;

/** A path inside the output folder: relative, forward slashes, no way out, and a name that every system can show. */
export const outputPathSchema = z
  .string()
  .min(1)
  .max(longestOutputPath)
  .refine(
    (path) =>
      !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\\]/u.test(path) &&
      !/^[A-Za-z]:/.test(path) &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must be a path inside the output folder',
  );

/** Why something in the output folder is not kept. */
export const leftOutReasonSchema = z.enum([
  'link',
  'pipe',
  'socket',
  'device',
  'foreign',
  'name',
  'long-path',
  'deep',
  'unreadable',
  'too-many',
  'too-large',
]);
export type LeftOutReason = z.infer<typeof leftOutReasonSchema>;

const leftOutWords: Record<LeftOutReason, string> = {
  link: 'a link: write the file itself',
  pipe: 'a pipe, not a file',
  socket: 'a socket, not a file',
  device: 'a device, not a file',
  foreign: 'a second name of a file that is not the app’s own',
  name: 'its name holds a control character, a backslash or bytes that are not UTF-8: rename it',
  'long-path': `its path is longer than ${longestOutputPath} characters`,
  deep: 'it lies too deep in folders',
  unreadable: 'it could not be read',
  'too-many': `a run keeps at most ${mostOutputFiles} files: put them into an archive`,
  'too-large': 'it no longer fits limits.outputBytes',
};

export const leftOutSchema = z.object({
  /** For people: what is no letter is escaped, and it is cut. */
  name: z.string().max(300),
  why: leftOutReasonSchema,
});
export type LeftOut = z.infer<typeof leftOutSchema>;

/** `latest.ckpt (a link: write the file itself)` */
export const leftOutText = ({ name, why }: LeftOut): string => `${name} (${leftOutWords[why]})`;

/** Examples of what was left out that are kept. */
export const mostLeftOutExamples = 20;

/** What an agent found in the output folder of one attempt. It is itself a file, as JSON, in the hub's store. */
export const fileListSchema = z.object({
  /** By path. */
  files: z
    .array(z.object({ path: outputPathSchema, sha256: sha256Schema, bytes: z.number().int().nonnegative() }))
    .max(mostOutputFiles)
    .refine(
      (files) => new Set(files.map(({ path }) => path)).size === files.length,
      'must name no path twice',
    ),
  leftOut: z.object({
    count: z.number().int().nonnegative(),
    examples: z.array(leftOutSchema).max(mostLeftOutExamples),
  }),
});
export type FileList = z.infer<typeof fileListSchema>;

/** With an attempt's end: the list of its files, which is in the hub's store with all of them. */
export const outputFilesSchema = z.object({
  list: fileReferenceSchema,
  files: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
});
export type OutputFiles = z.infer<typeof outputFilesSchema>;

/** The files that count of one task: those of the attempt that succeeded, else of the last one that left any. */
export const taskFilesSchema = outputFilesSchema.extend({
  attemptId: knownIds.attempt,
  /** The attempt did not succeed: they may be cut anywhere. */
  isPartial: z.boolean(),
  /** Figures of its `metrics.json`, or why there are none in it. */
  metrics: runMetricsSchema.optional(),
});
export type TaskFiles = z.infer<typeof taskFilesSchema>;

/** One file of a job, as people see it. Files of the parts of a split table lie in `part-1/`, `part-2/`, ... */
export const jobFileSchema = z.object({
  path: z.string(),
  bytes: z.number(),
  sha256: sha256Schema,
  /** Media type, by the name. */
  type: z.string(),
  isPartial: z.boolean(),
});
export type JobFile = z.infer<typeof jobFileSchema>;

export const jobFilesSchema = z.object({
  /** By path. */
  files: z.array(jobFileSchema),
  /** Of all, not of this page. */
  count: z.number(),
  bytes: z.number(),
  isPartial: z.boolean(),
  leftOut: z.object({ count: z.number(), examples: z.array(leftOutSchema) }),
});
export type JobFiles = z.infer<typeof jobFilesSchema>;

/** The beginning of a file, for people to look at. */
export const filePreviewSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('table'),
    header: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    /** There is more than this. */
    isCut: z.boolean(),
  }),
  z.object({ kind: z.literal('text'), text: z.string(), isJson: z.boolean(), isCut: z.boolean() }),
  z.object({ kind: z.literal('picture') }),
  /** Nothing to look at. */
  z.object({ kind: z.literal('none'), why: z.string() }),
]);
export type FilePreview = z.infer<typeof filePreviewSchema>;
