import * as z from 'zod';
import { cleanLine } from './terminal-text.js';

/** SHA-256 as 64 lower-case hex digits. Names every stored file and every key fingerprint. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** First 128 bits of the SHA-256 of a machine's public key (SPKI, DER), base32 [RFC 4648 §6] in lower case. */
export const nodeIdSchema = z.string().regex(/^[a-z2-7]{26}$/, 'must be a node id: 26 of a-z and 2-7');

export const jobIdSchema = z.string().regex(/^[0-9a-z]{10}$/, 'must be a job id: 10 digits and letters');
export const sensorIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and "-", starting with a letter or digit');
export const appNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and "-", starting with a letter or digit');
/** An app as people name it: `digits`, or with whose it is in front: `lab/digits`, `samples/digits`, `Eve/digits`. */
export const appRefSchema = z
  .string()
  .max(150)
  .regex(
    /^(?:[^/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,80}\/)?[a-z0-9][a-z0-9-]{0,62}$/u,
    'must be the name of an app (a-z, 0-9 and "-"), or OWNER/NAME',
  );
/** Attempt ids are `<jobId>-<task>-<attempt>`, so a log line says what it belongs to. */
export const attemptIdSchema = z.string().regex(/^[0-9a-z]{10}-\d{1,6}-\d{1,4}$/, 'must be an attempt id');
/** Of one dry run: random, and of no meaning once it is answered. */
export const checkIdSchema = z.string().regex(/^[0-9a-f]{16}$/);
/** Random per process start; two live instances of one identity are a cloned disk. */
export const instanceIdSchema = z.string().regex(/^[0-9a-f]{16}$/);

/** Unix time in milliseconds. */
export const timestampSchema = z.number().int().nonnegative();

/** Words people type: no control characters, no line breaks, no bidirectional overrides. */
export const displayNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'must not hold control or invisible characters');

/** What people say about a thing, or nothing; of the same letters as its name. `most` letters. */
export const plainTextSchema = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must not hold control or invisible characters');

/**
 * What a machine found out about itself, as hardware and systems spell it, or says in passing: taken as it is, but for
 * what would act on a terminal or turn writing around. `most` letters.
 */
export const factSchema = (most: number) => z.string().max(most).overwrite(cleanLine);

/** What people say at length; it may have lines. `most` letters. */
export const proseSchema = (most: number) =>
  z
    .string()
    .max(most)
    .regex(
      /^(?:[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\n\r\t])*$/u,
      'must not hold control characters or marks that turn the direction of writing',
    );

/** A file as it is called where it comes from. Joiners, which words of some languages need, may be in it. */
export const fileNameSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(
    /^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/u,
    'must not hold control characters or marks that turn the direction of writing',
  );

export const labelsSchema = z
  .record(
    z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/),
    z
      .string()
      .max(80)
      .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u),
  )
  .refine((labels) => Object.keys(labels).length <= 32, 'at most 32 labels');
export type Labels = z.infer<typeof labelsSchema>;

export type NodeId = z.infer<typeof nodeIdSchema>;
export type JobId = z.infer<typeof jobIdSchema>;

/** Ids people read and type: enough of a long id to tell it apart in one room. */
export function shortId(id: string): string {
  return id.slice(0, 7);
}
