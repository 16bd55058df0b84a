import * as z from 'zod';
import { displayNameSchema, factSchema, nodeIdSchema, sha256Schema, timestampSchema } from '../ids.js';

/** The messages of first contact; `../pairing-code.ts` says what they are for. Nothing else is said before approval. */

const nonceSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hex');
export const pairingIdSchema = z.string().regex(/^[0-9a-f]{32}$/, 'must be a pairing id');
export const compareCodeSchema = z.string().regex(/^\d{6}$/, 'must be six digits');

/** Body of `POST /agent/v1/pairing`: the commitment, and what a person needs to tell machines apart. */
export const pairingStartSchema = z.strictObject({
  commitment: sha256Schema,
  name: displayNameSchema,
  version: factSchema(40),
  platform: factSchema(40),
});
export type PairingStart = z.infer<typeof pairingStartSchema>;

export const pairingStartedSchema = z.object({
  pairingId: pairingIdSchema,
  hubNonce: nonceSchema,
  hubId: nodeIdSchema,
  hubName: factSchema(200),
});
export type PairingStarted = z.infer<typeof pairingStartedSchema>;

/** Body of `POST /agent/v1/pairing/{id}/reveal`. */
export const pairingRevealSchema = z.strictObject({ agentNonce: nonceSchema });
export type PairingReveal = z.infer<typeof pairingRevealSchema>;

/** Answer to the reveal and of `GET /agent/v1/pairing/{id}`, which waits for a change. */
export const pairingStateSchema = z.object({
  state: z.enum(['waiting', 'approved', 'rejected']),
  /** When the code is no good any more, unix ms. */
  expiresAt: timestampSchema,
});
export type PairingState = z.infer<typeof pairingStateSchema>;

/** Body of `POST /api/v1/nodes/{id}/approve`: the code the machine shows, as a person read it there. */
export const approvalSchema = z.strictObject({ code: compareCodeSchema });
export type Approval = z.infer<typeof approvalSchema>;
