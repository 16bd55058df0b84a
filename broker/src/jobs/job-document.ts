import {
  jobSummarySchema,
  jobOptionsSchema,
  limitsSchema,
  needsSchema,
  taskViewSchema,
} from '@meshdeck/shared';
import * as z from 'zod';

/** A job as it is stored: everything that decides its fate. Reasoning and logs lie beside it as files. */
export const jobDocumentSchema = jobSummarySchema
  .omit({ waitingFor: true, nodeId: true, nodeName: true, attempts: true, progress: true, shards: true })
  .extend({
    entry: z.string(),
    options: jobOptionsSchema,
    limits: limitsSchema,
    needs: needsSchema,
    tasks: z.array(taskViewSchema.extend({ retryAt: z.number() })),
    /** The fencing token the next attempt gets; grows only. */
    nextToken: z.number().int(),
    droppedReports: z.number().int(),
  });
export type JobDocument = z.infer<typeof jobDocumentSchema>;
export type TaskDocument = JobDocument['tasks'][number];
export type AttemptDocument = TaskDocument['attempts'][number];
