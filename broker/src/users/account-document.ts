import {
  accountSourceSchema,
  knownIds,
  personLimitsSchema,
  roleSchema,
  type PersonView,
} from '@meshdeck/shared';
import * as z from 'zod';

/** An account as stored. */
export const accountDocumentSchema = z.object({
  id: knownIds.person,
  /** Normalised; unique. */
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  state: z.enum(['active', 'disabled']),
  /** Who vouches for this person. */
  via: accountSourceSchema,
  /** How that other server names them (`sub`, entryUUID); null for local ones. */
  subject: z.string().nullable(),
  /** argon2id in the PHC string format, parameters included; null until one was chosen. */
  password: z.string().nullable(),
  createdAt: z.number(),
  lastSignInAt: z.number().nullable(),
  limits: personLimitsSchema.nullable(),
});
export type AccountDocument = z.infer<typeof accountDocumentSchema>;

export function personView(
  account: AccountDocument,
  counts: Pick<PersonView, 'sessions' | 'keys' | 'invitations' | 'storedBytes'>,
): PersonView {
  const { id, email, name, role, state, via, createdAt, lastSignInAt, limits, password } = account;
  const hasPassword = password !== null;
  return { id, email, name, role, state, via, hasPassword, createdAt, lastSignInAt, limits, ...counts };
}
