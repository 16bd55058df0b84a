import * as z from 'zod';
import { timestampSchema } from '../ids.js';
import { scoreSchema } from './node.js';

export const rejectionCodes = [
  'not-joined',
  'lost',
  'cordoned',
  'draining',
  'cloned-identity',
  'no-free-slot',
  'score-zero',
  'no-metrics',
  'runtime-missing',
  'label-mismatch',
  'memory-short',
  'gpu-missing',
  'not-the-asked-node',
  'failed-here-before',
] as const;
export const rejectionCodeSchema = z.enum(rejectionCodes);
export type RejectionCode = z.infer<typeof rejectionCodeSchema>;

/** A named reason why a machine was not taken; `message` is for people. */
export const rejectionSchema = z.object({ code: rejectionCodeSchema, message: z.string() });
export type Rejection = z.infer<typeof rejectionSchema>;

export const candidateSchema = z.object({
  nodeId: z.string(),
  nodeName: z.string(),
  /** The heartbeat the numbers come from, unix ms; null where none ever came. */
  heartbeatAt: timestampSchema.nullable(),
  freeSlots: z.number().int(),
  score: scoreSchema.nullable(),
  /** Attempts sent there since that heartbeat, which its numbers cannot show yet. */
  placedSinceHeartbeat: z.number().int(),
  /** `score / (1 + placedSinceHeartbeat)`: what the ranking goes by. */
  effectiveScore: z.number().nullable(),
  /** Among those not rejected; 1 was picked. */
  rank: z.number().int().nullable(),
  rejections: z.array(rejectionSchema),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** One look at the whole mesh for one task: who could, who could not and why, who was taken. */
export const decisionSchema = z.object({
  at: timestampSchema,
  task: z.number().int(),
  attempt: z.number().int(),
  outcome: z.enum(['placed', 'waiting']),
  chosenNodeId: z.string().nullable(),
  /** One sentence: why this node, or why it waits. */
  summary: z.string(),
  candidates: z.array(candidateSchema),
});
export type Decision = z.infer<typeof decisionSchema>;
