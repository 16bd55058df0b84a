import * as z from 'zod';
import { knownIds, timestampSchema } from '../ids.js';
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
  'protection-short',
  'agent-too-old',
  'not-the-asked-node',
  'failed-here-before',
  'made-the-result',
] as const;
export const rejectionCodeSchema = z.enum(rejectionCodes);
export type RejectionCode = z.infer<typeof rejectionCodeSchema>;

/** A named reason why a machine was not taken; `message` is for people. */
export const rejectionSchema = z.object({ code: rejectionCodeSchema, message: z.string() });
export type Rejection = z.infer<typeof rejectionSchema>;

/**
 * Where a learned speed comes from: this model's runs on the machine itself, on machines of the same make, or on
 * others, scaled by the ratio of their benchmarks.
 */
export const speedBasisSchema = z.enum(['machine', 'class', 'scaled']);
export type SpeedBasis = z.infer<typeof speedBasisSchema>;

/** When a machine should finish the task, from now, and what that is made of:
 * `finishMs = queueMs + transferMs + loadFactor * (startMs + overheadMs + computeMs)`. */
export const predictionSchema = z.object({
  finishMs: z.number(),
  /** Until a slot comes free, by the predictions of what runs there; 0 where one is free. */
  queueMs: z.number(),
  /** To fetch what the machine does not have yet. */
  transferMs: z.number(),
  /** To start a runner and load the model where it is not warm; 0 where it is, or nothing is known. */
  startMs: z.number().default(0),
  /** What a run of this model costs there whatever its rows. */
  overheadMs: z.number(),
  /** Rows by learned rows/s. */
  computeMs: z.number(),
  /** 1 on a machine with a whole slot's share of its CPU to spare, more where others use it. */
  loadFactor: z.number(),
  rowsPerSecond: z.number(),
  basis: speedBasisSchema,
});
export type Prediction = z.infer<typeof predictionSchema>;

/** By which figure the machines were ranked. */
export const placementPolicySchema = z.enum(['score', 'predicted-finish']);
export type PlacementPolicy = z.infer<typeof placementPolicySchema>;

export const candidateSchema = z.object({
  nodeId: knownIds.node,
  nodeName: z.string(),
  /** The heartbeat the numbers come from, unix ms; null where none ever came. */
  heartbeatAt: timestampSchema.nullable(),
  freeSlots: z.number().int(),
  score: scoreSchema.nullable(),
  /** Attempts sent there since that heartbeat, which its numbers cannot show yet. */
  placedSinceHeartbeat: z.number().int(),
  /** `score / (1 + placedSinceHeartbeat)`: what the ranking goes by. */
  effectiveScore: z.number().nullable(),
  /** Bytes of bundle and input that it would have to fetch; not said in old decisions. */
  coldBytes: z.number().optional(),
  /** The model is loaded there, in a runner that waits for work; not said in old decisions. */
  warm: z.boolean().optional(),
  /** Null where no run of this model has taught its speed yet; not said in old decisions. */
  prediction: predictionSchema.nullable().optional(),
  /** Among those not rejected; 1 was picked, or would be if the task did not wait for `waitsForNodeId`. */
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
  chosenNodeId: knownIds.node.nullable(),
  /** Not said in old decisions, which went by score. */
  policy: placementPolicySchema.optional(),
  /** A busy machine that should finish the task sooner than any that could begin it now. */
  waitsForNodeId: knownIds.node.nullable().optional(),
  /** One sentence: why this node, or why it waits. */
  summary: z.string(),
  /**
   * Every machine; in rooms of more than a few (`machines` says of how many) the best three and the one that is waited
   * for, while all are there in pages (`jobs.whyMachines`).
   */
  candidates: z.array(candidateSchema),
  /** Where `candidates` is not all of them: how many machines there were, */
  machines: z.number().int().nonnegative().optional(),
  /** how many of them could take the task, */
  eligible: z.number().int().nonnegative().optional(),
  /** and how many others could not, by each one's first reason, which is its most lasting. */
  reasons: z.partialRecord(rejectionCodeSchema, z.number().int()).optional(),
  /** What names it among the decisions of its job; not said in old ones. */
  number: z.number().int().nonnegative().optional(),
  /** Since when it waits for that same reason; not said where it is placed, and in old decisions. */
  since: timestampSchema.optional(),
});
export type Decision = z.infer<typeof decisionSchema>;

/** One page of the machines of one decision: the best first, then those that were not taken. */
export const decisionMachinesSchema = z.object({
  /** When it was decided, unix ms. */
  at: timestampSchema,
  candidates: z.array(candidateSchema),
  /** How many machines there are on all pages. */
  total: z.number().int().nonnegative(),
  /**
   * When the figures of the machines behind the best few are from, unix ms, where that is before the decision; null
   * where they are the decision's own.
   */
  othersAt: timestampSchema.nullable(),
});
export type DecisionMachines = z.infer<typeof decisionMachinesSchema>;
