import * as z from 'zod';
import { timestampSchema } from '../ids.js';

/**
 * What kind of thing a machine has at hand: an unpacked app bundle, a file, the environment of a bundle (its Python or
 * Node packages), or a model that is loaded in a runner process.
 */
export const heldKinds = { bundle: 'b', file: 'f', environment: 'e', model: 'm' } as const;
export type HeldKind = keyof typeof heldKinds;

/** 64 bits tell a machine's few thousand files apart; it is a hint for placement, never a proof. */
const digits = 16;

/** One held thing: its kind and the first 16 hex digits of its SHA-256 (of the bundle, for all but files). */
export const heldItemSchema = z.string().regex(/^[bfem][0-9a-f]{16}$/, 'must be a kind and 16 hex digits');
export type HeldItem = z.infer<typeof heldItemSchema>;

export const heldItem = (kind: HeldKind, sha256: string): HeldItem =>
  `${heldKinds[kind]}${sha256.slice(0, digits)}`;

/** A machine that holds more tells of those it used last. */
export const maxHeldItems = 4000;

/**
 * Payload of `nodes/{id}/holdings`: everything (`full`) after a connection is made, from then on what changed.
 * `sequence` grows by one with each message of a connection; after a gap the hub knows nothing until the next full one.
 */
export const holdingsMessageSchema = z.object({
  ts: timestampSchema,
  sequence: z.number().int().nonnegative(),
  full: z.boolean(),
  added: z.array(heldItemSchema).max(maxHeldItems),
  removed: z.array(heldItemSchema).max(maxHeldItems),
});
export type HoldingsMessage = z.infer<typeof holdingsMessageSchema>;
