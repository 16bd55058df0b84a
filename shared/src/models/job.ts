import * as z from 'zod';
import { appLimitsSchema, appRuntimeSchema } from '../app-manifest.js';
import { failureSchema } from '../errors.js';
import {
  appRefSchema,
  displayNameSchema,
  fileNameSchema,
  knownIds,
  labelsSchema,
  sha256Schema,
  timestampSchema,
} from '../ids.js';
import { fileReferenceSchema } from '../messages/orders.js';
import { attemptFactsSchema, attemptPhaseSchema, logMessageSchema } from '../messages/reports.js';
import { paramChangesSchema, paramValuesSchema } from './param.js';
import { environmentSchema, secretNamesSchema } from './environment.js';
import { inputNameSchema, mostInputs } from './input-name.js';
import { taskFilesSchema } from './job-file.js';
import { decisionSchema } from './placement.js';
import { protectionNeedSchema } from './protection.js';
import { readingChangeSchema, readingOptionsSchema, readingSchema } from './reading.js';
import { sheetNameSchema, tableSourceSchema } from './table-source.js';
import { verificationOutcomeSchema, verificationSchema } from './verification.js';

export const jobStates = [
  'queued',
  'placed',
  'running',
  'merging',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export const jobStateSchema = z.enum(jobStates);
export type JobState = z.infer<typeof jobStateSchema>;

export const finalJobStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];
export const isFinal = (state: JobState): boolean => finalJobStates.includes(state);

/** `abandoned`: the machine was lost or the hub gave up on it; the task goes elsewhere. */
export const attemptStateSchema = z.enum([
  'placed',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'abandoned',
]);

export const attemptViewSchema = z.object({
  id: knownIds.attempt,
  number: z.number().int(),
  token: z.number().int(),
  nodeId: knownIds.node,
  nodeName: z.string(),
  state: attemptStateSchema,
  phase: attemptPhaseSchema.nullable(),
  placedAt: timestampSchema,
  startedAt: timestampSchema.nullable(),
  finishedAt: timestampSchema.nullable(),
  progress: z.number().min(0).max(1),
  failure: failureSchema.nullable(),
  facts: attemptFactsSchema.nullable(),
});
export type AttemptView = z.infer<typeof attemptViewSchema>;

export const taskViewSchema = z.object({
  index: z.number().int(),
  state: z.enum(['queued', 'placed', 'running', 'succeeded', 'failed', 'cancelled']),
  /** This shard's part of the table; null where the task takes the whole. */
  input: fileReferenceSchema.nullable(),
  /** Rows of that part, where they were counted. */
  rows: z.number().int().nullable(),
  output: fileReferenceSchema.nullable(),
  files: taskFilesSchema.optional(),
  attempts: z.array(attemptViewSchema),
});
export type TaskView = z.infer<typeof taskViewSchema>;

export const jobPriorities = ['low', 'normal', 'high'] as const;
export const jobPrioritySchema = z.enum(jobPriorities);
export type JobPriority = z.infer<typeof jobPrioritySchema>;

export const jobOptionsSchema = z.strictObject({
  timeoutSeconds: z.number().int().min(1).max(604_800).optional(),
  /** Only this machine. */
  nodeId: z.string().max(80).optional(),
  /** Only machines that carry all of these labels. */
  labels: labelsSchema.default({}),
  memoryBytes: z.number().int().nonnegative().optional(),
  /** Only machines protected from their jobs at least so well, where the app asks for no more. */
  protection: protectionNeedSchema.optional(),
  maxAttempts: z.number().int().min(1).max(20).default(3),
  /** Split the table over machines: into so many parts, or as many as pay. Left out: one machine does it all. */
  shards: z.union([z.literal('auto'), z.number().int().min(1).max(10_000)]).optional(),
  priority: jobPrioritySchema.default('normal'),
  /** What was said about how table and model are to be read, by whoever runs it and by the app. */
  reading: readingOptionsSchema.optional(),
  /** What its script is given to run with; of a job that is known, with the defaults of what nobody said. */
  params: paramValuesSchema.optional(),
  /** Variables of its script's environment. */
  env: environmentSchema.optional(),
  /** Names of secrets that become variables of its script's environment; their values are nowhere in a job. */
  secrets: secretNamesSchema.optional(),
});
export type JobOptions = z.infer<typeof jobOptionsSchema>;

/** What a job that is run again asks for otherwise than the first one did; null takes back what that one asked. */
export const jobOptionsChangeSchema = z.strictObject({
  timeoutSeconds: jobOptionsSchema.shape.timeoutSeconds.nullable(),
  nodeId: jobOptionsSchema.shape.nodeId.nullable(),
  labels: labelsSchema.optional(),
  memoryBytes: jobOptionsSchema.shape.memoryBytes.nullable(),
  maxAttempts: jobOptionsSchema.shape.maxAttempts.unwrap().optional(),
  shards: jobOptionsSchema.shape.shards.nullable(),
  priority: jobPrioritySchema.optional(),
  protection: jobOptionsSchema.shape.protection,
  reading: readingChangeSchema.nullable().optional(),
  /** What is left out stays as it was; null takes a parameter back to its default. */
  params: paramChangesSchema.optional(),
  /** Instead of those before; null: none. */
  env: environmentSchema.nullable().optional(),
  secrets: secretNamesSchema.nullable().optional(),
});
export type JobOptionsChange = z.infer<typeof jobOptionsChangeSchema>;

export const rerunRequestSchema = z.strictObject({ options: jobOptionsChangeSchema.optional() });
export type RerunRequest = z.infer<typeof rerunRequestSchema>;

/** A job as people see it in a list. */
export const jobSummarySchema = z.object({
  id: knownIds.job,
  name: z.string(),
  /** The account that submitted it, `local` for the hub's own computer; slots are shared fairly between owners. */
  owner: knownIds.person,
  /** What that account was called then. */
  ownerName: z.string(),
  state: jobStateSchema,
  app: z.object({
    name: z.string(),
    /** Names that app and no other; jobs from before apps had owners have none. */
    ref: z.string().optional(),
    title: z.string(),
    version: z.string(),
    runtime: appRuntimeSchema,
    bundle: fileReferenceSchema,
  }),
  input: fileReferenceSchema,
  output: fileReferenceSchema.nullable(),
  rows: z.number().int().nullable(),
  progress: z.number().min(0).max(1),
  /** The machine that works or worked on it last. */
  nodeId: knownIds.node.nullable(),
  nodeName: z.string().nullable(),
  attempts: z.number().int(),
  /** How many parts the table was split into; 1 where it was not. */
  shards: z.number().int(),
  createdAt: timestampSchema,
  startedAt: timestampSchema.nullable(),
  finishedAt: timestampSchema.nullable(),
  /** When it should be done, by the learned speeds; null while they are not known, and once it has ended. */
  predictedFinishAt: timestampSchema.nullable().optional(),
  /** Why it still waits, in one sentence; null when it does not. */
  waitingFor: z.string().nullable(),
  /** Since when it waits for that; not said when it does not wait, or for its turn only. */
  waitingSince: timestampSchema.optional(),
  failure: failureSchema.nullable(),
  /** Of a job that is one of a sweep: which one of how many, and the parameters that the sweep is about. */
  sweep: z
    .object({
      id: z.string(),
      name: z.string(),
      number: z.number().int(),
      size: z.number().int(),
      params: z.array(z.string()),
    })
    .optional(),
  /** The job whose result this one makes again, to compare. */
  verifies: knownIds.job.optional(),
  /** How the newest verification of its result went; else, of a job that verifies another, its own verdict. */
  verified: verificationOutcomeSchema.optional(),
});
export type JobSummary = z.infer<typeof jobSummarySchema>;

/** Its table was split: it has parts. */
export const isSplit = ({ shards }: Pick<JobSummary, 'shards'>): boolean => shards > 1;

export const jobViewSchema = jobSummarySchema.extend({
  /** What its table was made of; left out: it was given as it is. */
  source: tableSourceSchema.optional(),
  /** The files it gets besides its table, by the names that its script finds them by; left out: none. */
  inputs: z.array(fileReferenceSchema).optional(),
  options: jobOptionsSchema,
  limits: appLimitsSchema,
  /** Whether its app writes a `predictions.csv`; left out: it does. */
  makesPredictions: z.boolean().optional(),
  tasks: z.array(taskViewSchema),
  /** Reports that came too late or twice; none of them counted. */
  droppedReports: z.number().int(),
  /** Of these, how many told an attempt's end once more. */
  duplicateReports: z.number().int(),
  /** Of these, how many came from an attempt that the hub had given up or no longer needed. */
  lateReports: z.number().int(),
  /** How its table and model were read, as its result came in; null before that, and where the app reads the table itself. */
  reading: readingSchema.nullable(),
  /** Newest first. */
  verifications: z.array(verificationSchema),
  /** Of a job that verifies another. */
  verdict: verificationSchema.nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;

/** One page of the jobs that a query found. */
export const jobPageSchema = z.object({
  /** Newest first. */
  jobs: z.array(jobSummarySchema),
  /** For the next page; null on the last one. */
  nextBefore: z.number().nullable(),
});
export type JobPage = z.infer<typeof jobPageSchema>;

/** What there is on record. */
export const jobCountsSchema = z.object({
  /** States without a job may be left out. */
  byState: z.partialRecord(jobStateSchema, z.number().int()),
  /** Failed jobs that nobody has run again or put aside. */
  deadLetters: z.number().int(),
});
export type JobCounts = z.infer<typeof jobCountsSchema>;

export const whySchema = z.object({
  jobId: knownIds.job,
  state: jobStateSchema,
  /** Why this machine, why it waits, or why it failed. */
  summary: z.string(),
  /** By time; the newest ones where they are more than fit a page. */
  decisions: z.array(decisionSchema),
  /** How many come before these: `before` for the page with the last of them. */
  earlier: z.number().int().nonnegative().optional(),
});
export type Why = z.infer<typeof whySchema>;

/** One page of what a job printed, in the order in which it came. */
export const logPageSchema = z.object({
  logs: z.array(logMessageSchema),
  /** `cursor` for what comes after this page; null while nothing was printed. */
  nextCursor: z.string().nullable(),
  /** `before` for the page before this one; null on the first. */
  previousCursor: z.string().nullable(),
  /** Nothing has come after this page yet. */
  isEnd: z.boolean(),
});
export type LogPage = z.infer<typeof logPageSchema>;

export const jobRequestSchema = z.strictObject({
  name: displayNameSchema.optional(),
  app: z.strictObject({ name: appRefSchema, version: z.string().max(80).optional() }),
  input: z.strictObject({
    sha256: sha256Schema,
    name: fileNameSchema,
    /** Of a workbook with several sheets: the one that holds the table. */
    sheet: sheetNameSchema.optional(),
  }),
  /** More files, by the names that the script finds them by; for apps, not for models. */
  inputs: z
    .array(z.strictObject({ sha256: sha256Schema, name: inputNameSchema }))
    .max(mostInputs)
    .optional(),
  /** `reading` comes on top of what the app remembers. */
  options: jobOptionsSchema.extend({ reading: readingChangeSchema.optional() }).prefault({}),
});
export type JobRequest = z.infer<typeof jobRequestSchema>;

/** The same as it is sent: what has a default may be left out. */
export type JobQuestion = z.input<typeof jobRequestSchema>;
