import * as z from 'zod';
import { appLimitsSchema, appRuntimeSchema } from '../app-manifest.js';
import { knownIds, sha256Schema, timestampSchema } from '../ids.js';
import { fileReferenceSchema } from '../messages/orders.js';
import { attemptFactsSchema } from '../messages/reports.js';
import { jobFileSchema } from './job-file.js';
import { runMetricsSchema } from './job-metrics.js';
import { attemptViewSchema, jobOptionsSchema, jobStateSchema } from './job.js';
import { decisionSchema } from './placement.js';
import { readingSchema } from './reading.js';
import { tableSourceSchema } from './table-source.js';
import { verificationSchema } from './verification.js';

export const provenanceFormat = 'meshdeck-provenance/1';

const count = z.number().int().nonnegative();

/** Files that are named one by one; the hash of each list covers all of them. */
export const mostProvenanceFiles = 1000;

/** What the runs wrote besides the result. */
export const provenanceFilesSchema = z.object({
  count,
  bytes: count,
  /** By path, at most 1,000. */
  named: z.array(jobFileSchema.pick({ path: true, bytes: true, sha256: true, isPartial: true })),
  /** The list of the files of each part, whole, as it lies in the hub's store. */
  lists: z.array(z.object({ task: count, attemptId: knownIds.attempt, list: fileReferenceSchema })),
  /** What lay in the output folder and was not kept. */
  leftOut: count,
});

/** A machine that had a part in the result. What is not in the job's own record is as the hub knows it now. */
export const provenanceMachineSchema = z.object({
  nodeId: knownIds.node,
  name: z.string(),
  /** From the attempts that succeeded there; empty where none did. */
  agentVersions: z.array(z.string()),
  runtimes: z.array(z.string()),
  platform: z.string().nullable(),
  /** Null where the machine has been removed or has not told. */
  cpuModel: z.string().nullable(),
  osName: z.string().nullable(),
  attempts: count,
  /** Tasks (parts of the table) whose result came from here. */
  results: count,
});
export type ProvenanceMachine = z.infer<typeof provenanceMachineSchema>;

/** Everything that says how a result came to be: one document that can be kept beside it. */
export const provenanceSchema = z.object({
  format: z.literal(provenanceFormat),
  madeAt: timestampSchema,
  hub: z.object({
    id: z.string(),
    name: z.string(),
    /** The hub's version when the job was submitted; null where that was not recorded. */
    versionAtSubmission: z.string().nullable(),
    versionNow: z.string(),
  }),
  job: z.object({
    id: knownIds.job,
    name: z.string(),
    owner: knownIds.person,
    state: jobStateSchema,
    createdAt: timestampSchema,
    startedAt: timestampSchema.nullable(),
    finishedAt: timestampSchema.nullable(),
    options: jobOptionsSchema,
    limits: appLimitsSchema,
    /** The job whose result this one checks. */
    verifies: knownIds.job.nullable(),
  }),
  app: z.object({
    name: z.string(),
    title: z.string(),
    version: z.string(),
    runtime: appRuntimeSchema,
    /** The whole package, as the machines got it. */
    bundle: fileReferenceSchema,
    /** The model or script inside it, the file its author would hash; null where the package is gone. */
    entry: z.object({ path: z.string(), sha256: sha256Schema, bytes: count }).nullable(),
  }),
  input: fileReferenceSchema,
  /** What the table was made of; left out: it was given as it is. */
  source: tableSourceSchema.optional(),
  /** Of a job that had more files than its table. */
  inputs: z.array(fileReferenceSchema).optional(),
  output: fileReferenceSchema.nullable(),
  /** Null where the runs left no files besides the result, or the hub is one of before and does not tell. */
  files: provenanceFilesSchema.nullable().default(null),
  /** What a run in one piece wrote into its `metrics.json`; null where it wrote none. */
  figures: runMetricsSchema.shape.figures.nullable().default(null),
  rows: count.nullable(),
  /** Which column of the table fed which input of the model; null where the app reads the table itself. */
  columnMap: attemptFactsSchema.shape.columnMap,
  /** How table and model were read; null where the app reads the table itself, or nobody has told. */
  reading: readingSchema.nullable(),
  /** Runtimes that made the result, such as `onnxruntime-node 1.22.0`. */
  runtimes: z.array(z.string()),
  agentVersions: z.array(z.string()),
  machines: z.array(provenanceMachineSchema),
  /** How the table was split; null where one machine took the whole. */
  shards: z
    .array(
      z.object({
        index: count,
        /** Counted from 0. */
        firstRow: count,
        rows: count,
        input: fileReferenceSchema,
        output: fileReferenceSchema.nullable(),
        /** The attempt whose result was taken. */
        attemptId: knownIds.attempt.nullable(),
        nodeName: z.string().nullable(),
      }),
    )
    .nullable(),
  /** In the order in which they were placed. */
  attempts: z.array(attemptViewSchema.extend({ task: count })),
  decisions: z.array(decisionSchema),
  /** Reports that came too late or twice; none of them counted. */
  dropped: z.object({ duplicates: count, late: count }),
  verifications: z.array(verificationSchema),
});
export type Provenance = z.infer<typeof provenanceSchema>;
