import { benchmarkSchema, inventorySchema, knownIds, labelsSchema, schedulingSchema } from '@meshdeck/shared';
import * as z from 'zod';

/** What the hub keeps of a machine over restarts. Metrics and presence live in memory only. */
export const nodeDocumentSchema = z.object({
  id: knownIds.node,
  fingerprint: z.string(),
  name: z.string(),
  /** Once a person renamed or labelled it, the machine's own words no longer count. */
  nameIsChosen: z.boolean(),
  labels: labelsSchema,
  labelsAreChosen: z.boolean(),
  /** Whose machine an admin says it is. */
  owner: z.object({ id: knownIds.person, name: z.string() }).nullable().optional(),
  membership: z.enum(['pending', 'joined', 'rejected']),
  scheduling: schedulingSchema,
  version: z.string().nullable(),
  platform: z.string().nullable(),
  address: z.string().nullable(),
  slotsTotal: z.number().int(),
  prefetch: z.number().int().optional(),
  firstSeenAt: z.number(),
  joinedAt: z.number().nullable(),
  lastHeartbeatAt: z.number().nullable(),
  inventory: inventorySchema.nullable(),
  benchmark: benchmarkSchema.nullable(),
});
export type NodeDocument = z.infer<typeof nodeDocumentSchema>;
