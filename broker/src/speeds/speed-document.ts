import { knownIds, sha256Schema, timestampSchema } from '@meshdeck/shared';
import * as z from 'zod';

/** The runs of one model on one machine as they are stored. */
export const speedDocumentSchema = z.object({
  /** `<bundle>/<node>` */
  id: z.string(),
  bundleSha256: sha256Schema,
  nodeId: knownIds.node,
  machineClass: z.string(),
  eventsPerSecond: z.number().nonnegative().nullable(),
  runs: z.array(z.object({ rows: z.number().positive(), runMs: z.number().positive() })).max(100),
  /** What starts with nothing warm cost besides, in ms, oldest first. */
  starts: z.array(z.number().nonnegative()).max(100).default([]),
  /** By how much predictions of the finish were off, as shares of the real time: 0.1 is 10 % too long. */
  errors: z.array(z.number()).max(100).default([]),
  updatedAt: timestampSchema,
});
export type SpeedDocument = z.infer<typeof speedDocumentSchema>;
