import {
  fileReferenceSchema,
  jobSummarySchema,
  jobOptionsSchema,
  knownIds,
  appLimitsSchema,
  needsSchema,
  readingSchema,
  tableSourceSchema,
  taskViewSchema,
  verificationSchema,
} from '@meshdeck/shared';
import { tableFormSchema } from '@meshdeck/shared/csv';
import * as z from 'zod';
import { jobSecretSchema } from '../secrets/secrets.js';
import { shardSchema } from '../tables/index.js';

/** A job as it is stored: everything that decides its fate. Reasoning and logs lie beside it as files. */
export const jobDocumentSchema = jobSummarySchema
  .omit({
    waitingFor: true,
    predictedFinishAt: true,
    nodeId: true,
    nodeName: true,
    attempts: true,
    progress: true,
    shards: true,
    verified: true,
  })
  .extend({
    /** Jobs from before there were accounts have none. */
    ownerName: z.string().default('Admin'),
    entry: z.string(),
    /** Which of whose secrets it runs with. */
    secrets: z.array(jobSecretSchema).optional(),
    /** What its table was made of; left out: it was given as it is. */
    source: tableSourceSchema.optional(),
    /** Files besides its table. */
    inputs: z.array(fileReferenceSchema).optional(),
    /** The input is pictures for a model: never cut into parts. */
    takesPictures: z.literal(true).optional(),
    /** What its script gets on its command line. */
    arguments: z.array(z.string()).optional(),
    options: jobOptionsSchema,
    limits: appLimitsSchema,
    /** Whether its app writes a `predictions.csv`; left out: it does. */
    makesPredictions: z.boolean().optional(),
    needs: needsSchema,
    tasks: z.array(
      taskViewSchema.omit({ input: true }).extend({
        retryAt: z.number(),
        /** The part of the table this task works on; null for the whole. */
        shard: shardSchema.nullable(),
      }),
    ),
    /** How the table is written that its parts are cut from. */
    form: tableFormSchema.optional(),
    /** The fencing token the next attempt gets; grows only. */
    nextToken: z.number().int(),
    /** How table and model were read, gathered from the results that count. */
    reading: readingSchema.optional(),
    droppedReports: z.number().int(),
    /** Of these, how many told an attempt's end once more; the others came late. */
    duplicateReports: z.number().int().optional(),
    /** The hub's version when the job was submitted. */
    hubVersion: z.string().optional(),
    /** Of a job that verifies another: the machines that made that one's result. */
    madeOn: z.array(knownIds.node).optional(),
    /** Of its result, newest first. */
    verifications: z.array(verificationSchema).optional(),
    /** Of a job that verifies another. */
    verdict: verificationSchema.optional(),
    /** Failed, and somebody has dealt with it: it is no dead letter any more. */
    settled: z
      .object({ at: z.number(), how: z.enum(['rerun', 'dismissed']), jobId: knownIds.job.optional() })
      .optional(),
  });
export type JobDocument = z.infer<typeof jobDocumentSchema>;
export type TaskDocument = JobDocument['tasks'][number];
export type AttemptDocument = TaskDocument['attempts'][number];

/** The table was cut into parts whose results have to be put together again. Views say so by `shards`. */
export const isSplit = ({ tasks }: Pick<JobDocument, 'tasks'>): boolean =>
  tasks.some(({ shard }) => shard !== null);

/** It failed, and nobody has run it again or put it aside. */
export const isDeadLetter = ({ state, settled }: Pick<JobDocument, 'state' | 'settled'>): boolean =>
  state === 'failed' && settled === undefined;

/** It verifies another and has no verdict yet. */
export const isPendingVerification = ({
  verifies,
  verdict,
}: Pick<JobDocument, 'verifies' | 'verdict'>): boolean => verifies !== undefined && verdict === undefined;
