import * as z from 'zod';
import { knownIds } from '../ids.js';
import { attemptViewSchema, jobSummarySchema } from './job.js';

/**
 * Why a job was given up: its attempts are used up; the app fails on more than one machine; the app refuses this
 * table, on any machine; or the hub itself could not go on with it.
 */
export const deadLetterCauses = ['attempt-limit', 'app', 'input', 'hub'] as const;
export const deadLetterCauseSchema = z.enum(deadLetterCauses);
export type DeadLetterCause = z.infer<typeof deadLetterCauseSchema>;

/** A failed job that nobody has run again or put aside yet. */
export const deadLetterSchema = z.object({
  job: jobSummarySchema,
  cause: deadLetterCauseSchema,
  /** Why it was given up, in words. */
  summary: z.string(),
  /** The tasks (parts of the table) that failed, each with every attempt. */
  tasks: z.array(
    z.object({
      index: z.number().int(),
      maxAttempts: z.number().int(),
      attempts: z.array(attemptViewSchema),
    }),
  ),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

export const deadLetterPageSchema = z.object({
  /** Newest first. */
  deadLetters: z.array(deadLetterSchema),
  nextBefore: z.number().nullable(),
  total: z.number().int().nonnegative(),
  /** Messages on RabbitMQ that nobody could read, in the queue `meshdeck.dead`; null without RabbitMQ. */
  unreadableMessages: z.number().int().nonnegative().nullable(),
});
export type DeadLetterPage = z.infer<typeof deadLetterPageSchema>;

/** Which dead letters an action is for: these, or every one there is. */
export const deadLetterChoiceSchema = z.union([
  z.strictObject({ ids: z.array(z.string().min(1).max(120)).min(1).max(1000) }),
  z.strictObject({ all: z.literal(true) }),
]);
export type DeadLetterChoice = z.infer<typeof deadLetterChoiceSchema>;

export const deadLetterOutcomeSchema = z.object({
  /** `jobId` is the new job, where one was started. */
  done: z.array(z.object({ id: knownIds.job, jobId: knownIds.job.nullable() })),
  refused: z.array(z.object({ id: z.string(), reason: z.string() })),
});
export type DeadLetterOutcome = z.infer<typeof deadLetterOutcomeSchema>;
