import {
  jobSummarySchema,
  jobOptionsSchema,
  limitsSchema,
  needsSchema,
  taskViewSchema,
} from '@meshdeck/shared';
import * as z from 'zod';
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
  })
  .extend({
    /** Jobs from before there were accounts have none. */
    ownerName: z.string().default('Admin'),
    entry: z.string(),
    options: jobOptionsSchema,
    limits: limitsSchema,
    needs: needsSchema,
    tasks: z.array(
      taskViewSchema.omit({ input: true }).extend({
        retryAt: z.number(),
        /** The part of the table this task works on; null for the whole. */
        shard: shardSchema.nullable(),
      }),
    ),
    /** The fencing token the next attempt gets; grows only. */
    nextToken: z.number().int(),
    droppedReports: z.number().int(),
  });
export type JobDocument = z.infer<typeof jobDocumentSchema>;
export type TaskDocument = JobDocument['tasks'][number];
export type AttemptDocument = TaskDocument['attempts'][number];
