import * as z from 'zod';
import { timestampSchema } from '../ids.js';
import { roleSchema } from './role.js';

/** `done`; `refused`: not allowed, not known, or wrong; `failed`: the hub could not. */
export const auditOutcomeSchema = z.enum(['done', 'refused', 'failed']);
export type AuditOutcome = z.infer<typeof auditOutcomeSchema>;

/** Who did what to what, when, from where, with which outcome. Holds no secret. */
export const auditEntrySchema = z.object({
  id: z.string(),
  at: timestampSchema,
  /** Null for somebody the hub does not know. */
  actor: z
    .object({
      id: z.string(),
      name: z.string(),
      role: roleSchema,
      via: z.enum(['token', 'link', 'session', 'key']),
      /** The API key that was used. */
      key: z.string().nullable(),
    })
    .nullable(),
  address: z.string(),
  action: z.string(),
  target: z.string().nullable(),
  outcome: auditOutcomeSchema,
  /** The answer's HTTP status. */
  status: z.number().int(),
  /** Why it was refused, or what exactly was asked for. */
  detail: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditQuerySchema = z.strictObject({
  since: z.coerce.number().int().nonnegative().optional(),
  until: z.coerce.number().int().nonnegative().optional(),
  /** Id, e-mail address or a part of the name. */
  user: z.string().min(1).max(254).optional(),
  /** An action, or the beginning of some: `jobs`. */
  action: z.string().min(1).max(80).optional(),
  outcome: auditOutcomeSchema.optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

/** A place in the audit, what `before` of a page takes: a day, and how many bytes of its file come before. */
export const auditPlacePattern = /^(\d{4}-\d{2}-\d{2})\.(\d{1,15})$/;

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  /** For the next, older page; null on the last one. */
  nextBefore: z.string().nullable(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;
