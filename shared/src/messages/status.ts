import * as z from 'zod';
import { instanceIdSchema, timestampSchema } from '../ids.js';

/** Retained on `nodes/{id}/status`; the `offline` form with reason `connection-lost` is the agent's last will. */
export const statusMessageSchema = z.object({
  state: z.enum(['online', 'offline']),
  reason: z.enum(['started', 'stopped', 'connection-lost']),
  instanceId: instanceIdSchema,
  ts: timestampSchema,
});
export type StatusMessage = z.infer<typeof statusMessageSchema>;
