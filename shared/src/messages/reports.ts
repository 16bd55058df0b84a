import * as z from 'zod';
import { failureSchema } from '../errors.js';
import { attemptIdSchema, checkIdSchema, factSchema, instanceIdSchema, timestampSchema } from '../ids.js';
import { checkSchema, readingSchema } from '../models/reading.js';
import { outputFilesSchema } from '../models/job-file.js';
import { fileReferenceSchema } from './orders.js';

const attempt = { attemptId: attemptIdSchema, token: z.number().int().positive(), ts: timestampSchema };

/** What else lay in its output folder: uploaded before this is said, as the result is. */
const files = { files: outputFilesSchema.optional() };

export const attemptPhaseSchema = z.enum(['fetching', 'preparing', 'running', 'delivering']);
export type AttemptPhase = z.infer<typeof attemptPhaseSchema>;

/** How a result came to be, kept with the job. Durations in milliseconds. */
export const attemptFactsSchema = z.object({
  rows: z.number().int().nonnegative().nullable(),
  runtimeVersion: factSchema(100),
  /** Between the order's coming and its beginning, and for others in the same process. Not said by old agents. */
  waitMs: z.number().nonnegative().optional(),
  fetchMs: z.number().nonnegative(),
  /** Bytes that had to come from the hub: what was not in the machine's cache. Not said by old agents. */
  fetchedBytes: z.number().nonnegative().optional(),
  /**
   * What of the rest is due to the first run of its kind: installing packages, starting a runner process, loading the
   * model; about 0 when warm. Not said by old agents.
   */
  startMs: z.number().nonnegative().optional(),
  prepareMs: z.number().nonnegative(),
  runMs: z.number().nonnegative(),
  deliverMs: z.number().nonnegative(),
  peakMemoryBytes: z.number().nonnegative().nullable(),
  /** Which CSV column fed which model input, for ONNX. */
  columnMap: z
    .array(z.object({ input: z.string(), column: z.string() }))
    .max(20_000)
    .nullable(),
  /** How table and model were read, cut to `keptReadingBytes`. Not said by apps that read the table themselves. */
  reading: readingSchema.optional(),
  warm: z.boolean(),
  /** Of the agent that ran it; older agents do not say. */
  agentVersion: factSchema(40).optional(),
  /** Such as `linux-x64`. */
  platform: factSchema(40).optional(),
});
export type AttemptFacts = z.infer<typeof attemptFactsSchema>;

/** What an agent tells the hub of its attempts, by whichever way orders come to it. */
export const jobReportSchema = z.discriminatedUnion('type', [
  /** First after every (re)connection: what this agent still holds, so that nothing is started twice. */
  z.object({
    type: z.literal('holding'),
    instanceId: instanceIdSchema,
    attempts: z.array(z.object({ attemptId: attemptIdSchema, token: z.number().int().positive() })).max(1000),
    ts: timestampSchema,
  }),
  z.object({ type: z.literal('phase'), ...attempt, phase: attemptPhaseSchema }),
  z.object({
    type: z.literal('progress'),
    ...attempt,
    fraction: z.number().min(0).max(1),
    rows: z.number().int().nonnegative().nullable(),
  }),
  /** The result file is in the hub's store already: it was uploaded before this was said. Or it comes with it. */
  z.object({
    type: z.literal('succeeded'),
    ...attempt,
    /** Left out where the order asks for no predictions and there are none. */
    result: fileReferenceSchema.optional(),
    /** All of it in base64, as far as the order's `inlineResultBytes` allows. */
    content: z.string().max(400_000).optional(),
    facts: attemptFactsSchema,
    ...files,
  }),
  z.object({ type: z.literal('failed'), ...attempt, failure: failureSchema, ...files }),
  z.object({ type: z.literal('cancelled'), ...attempt, ...files }),
]);
export type JobReport = z.infer<typeof jobReportSchema>;

/** Answers the order `check`; nobody waits for it long, so it always goes over the connection to the hub. */
export const checkReportSchema = z.object({
  type: z.literal('checked'),
  checkId: checkIdSchema,
  check: checkSchema,
  ts: timestampSchema,
});
export type CheckReport = z.infer<typeof checkReportSchema>;

/** What an agent tells the hub on `nodes/{id}/reports`. */
export const reportSchema = z.discriminatedUnion('type', [jobReportSchema, checkReportSchema]);
export type Report = z.infer<typeof reportSchema>;

/**
 * Of a state of a line that is drawn over itself, such as a progress bar: what comes next on its stream of the attempt takes its
 * place. `passing`: shown to whoever looks now, and not kept.
 */
export const movingSchema = z.enum(['kept', 'passing']);
export type Moving = z.infer<typeof movingSchema>;

export const logLineSchema = z.object({
  ts: timestampSchema,
  stream: z.enum(['stdout', 'stderr', 'agent']),
  text: z.string().max(4096),
  moving: movingSchema.optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Payload of `nodes/{id}/logs`, coalesced by the agent. */
export const logMessageSchema = z.object({
  attemptId: attemptIdSchema,
  lines: z.array(logLineSchema).min(1).max(500),
  /** Lines the agent dropped because the app printed faster than anyone could read. */
  dropped: z.number().int().nonnegative(),
});
export type LogMessage = z.infer<typeof logMessageSchema>;
