import * as z from 'zod';
import { displayNameSchema, knownIds, labelsSchema, timestampSchema } from '../ids.js';
import { benchmarkSchema, inventorySchema } from '../messages/inventory.js';
import { metricsSchema } from '../messages/metrics.js';

export const scoreSchema = z.object({
  score: z.number(),
  load: z.number(),
  performance: z.number(),
  thermal: z.number(),
  thermalUnknown: z.boolean(),
});

/**
 * Where a machine stands with this hub: `seen` on the network only, `pending` approval, `joined`, or `rejected`.
 * Whether a joined one is `active` or `lost` is its presence.
 */
export const membershipSchema = z.enum(['seen', 'pending', 'joined', 'rejected']);
export const presenceSchema = z.enum(['active', 'lost']);
/** `cordoned` takes no new work; `draining` takes none and is waiting for its last attempt to end. */
export const schedulingSchema = z.enum(['open', 'cordoned', 'draining']);

/** A machine as people see it. */
export const nodeViewSchema = z.object({
  id: knownIds.node,
  name: z.string(),
  membership: membershipSchema,
  presence: presenceSchema,
  /** Why it is lost: `stopped`, `connection-lost`, `silent`; null while active or never seen. */
  lostReason: z.enum(['stopped', 'connection-lost', 'silent']).nullable(),
  /** Since when presence is what it is, unix ms. */
  presenceSince: timestampSchema,
  scheduling: schedulingSchema,
  labels: labelsSchema,
  /** Whose machine it is; null where it is the room's. */
  owner: z.object({ id: knownIds.person, name: z.string() }).nullable(),
  fingerprint: z.string(),
  address: z.string().nullable(),
  version: z.string().nullable(),
  platform: z.string().nullable(),
  /** The six digits a pending machine shows on its own terminal too; null while it is not asking. */
  code: z.string().nullable(),
  /** When that code is no good any more. */
  codeExpiresAt: timestampSchema.nullable(),
  /** Two live agents carry this identity. */
  clonedIdentity: z.boolean(),
  joinedAt: timestampSchema.nullable(),
  firstSeenAt: timestampSchema,
  lastHeartbeatAt: timestampSchema.nullable(),
  slotsTotal: z.number().int(),
  slotsBusy: z.number().int(),
  benchmarking: z.boolean(),
  metrics: metricsSchema.nullable(),
  /** How far the machine's clock is ahead of the hub's (negative: behind), ms; left out where that does not matter. */
  clockOffsetMs: z.number().optional(),
  benchmark: benchmarkSchema.nullable(),
  score: scoreSchema.nullable(),
  /** 1 = strongest of the active machines right now. */
  rank: z.number().int().nullable(),
  inventory: inventorySchema.nullable(),
});
export type NodeView = z.infer<typeof nodeViewSchema>;

export const nodePatchSchema = z.strictObject({
  name: displayNameSchema.optional(),
  labels: labelsSchema.optional(),
});
export type NodePatch = z.infer<typeof nodePatchSchema>;

/** Approval is no action like these: it takes the compared code. */
export const nodeActions = [
  'reject',
  'cordon',
  'uncordon',
  'drain',
  'benchmark',
  'refresh-inventory',
] as const;
export const nodeActionSchema = z.enum(nodeActions);
export type NodeAction = z.infer<typeof nodeActionSchema>;

export const joinTokenRequestSchema = z.strictObject({
  uses: z.number().int().min(1).max(10_000).default(1),
  ttlSeconds: z
    .number()
    .int()
    .min(60)
    .max(365 * 86_400)
    .default(3600),
});
export type JoinTokenRequest = z.infer<typeof joinTokenRequestSchema>;

export const joinTokenViewSchema = z.object({
  id: z.string(),
  createdAt: timestampSchema,
  expiresAt: timestampSchema,
  usesLeft: z.number().int(),
  uses: z.number().int(),
});
export type JoinTokenView = z.infer<typeof joinTokenViewSchema>;
/** The token itself is told once, at creation, and never stored in the clear. */
export const createdJoinTokenSchema = joinTokenViewSchema.extend({ token: z.string() });
export type CreatedJoinToken = z.infer<typeof createdJoinTokenSchema>;

/** Whose machine it is from now on, by account id or e-mail address; null: the room's. */
export const nodeOwnerRequestSchema = z.strictObject({ owner: z.string().min(1).max(254).nullable() });
