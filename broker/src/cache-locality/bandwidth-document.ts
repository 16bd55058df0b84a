import { knownIds, timestampSchema } from '@meshdeck/shared';
import * as z from 'zod';

/** How fast one machine fetched files of late, as it is stored. */
export const bandwidthDocumentSchema = z.object({
  /** The machine's id. */
  id: knownIds.node,
  /** Bytes per second, oldest first. */
  speeds: z.array(z.number().positive()).max(100),
  updatedAt: timestampSchema,
});
export type BandwidthDocument = z.infer<typeof bandwidthDocumentSchema>;
