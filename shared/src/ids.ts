import * as z from 'zod';
import { cleanLine } from './terminal-text.js';

/** SHA-256 as 64 lower-case hex digits. Names every stored file and every key fingerprint. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

declare const kind: unique symbol;
/**
 * A string that names things of one kind: the compiler takes no job's id where a machine's is asked for. A string of
 * no kind is taken for any; what comes in from outside gets its kind from the schema that checks it.
 */
export interface OfKind<Kind extends string> {
  readonly [kind]?: Kind;
}
export type NodeId = string & OfKind<'node'>;
export type JobId = string & OfKind<'job'>;
export type SensorId = string & OfKind<'sensor'>;
/** Of an account; `local` for who sits at the hub's own computer. */
export type PersonId = string & OfKind<'person'>;
/** `<jobId>-<task>-<attempt>`, so that a log line says what it belongs to. Only this file knows that form. */
export type AttemptId = `${string}-${number}-${number}` & OfKind<'attempt'>;

/** The same schema, for its users and for JSON Schema; only the type of what it takes is narrower. */
const of = <Id extends string>(schema: z.ZodString) =>
  schema as z.ZodString & { _zod: { output: Id; input: Id } };

/** First 128 bits of the SHA-256 of a machine's public key (SPKI, DER), base32 [RFC 4648 §6] in lower case. */
export const nodeIdSchema = of<NodeId>(
  z.string().regex(/^[a-z2-7]{26}$/, 'must be a node id: 26 of a-z and 2-7'),
);
export const jobIdSchema = of<JobId>(
  z.string().regex(/^[0-9a-z]{10}$/, 'must be a job id: 10 digits and letters'),
);
export const sensorIdSchema = of<SensorId>(
  z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,62}$/,
      'must be 1 to 63 of a-z, 0-9 and "-", starting with a letter or digit',
    ),
);
export const personIdSchema = of<PersonId>(z.string().regex(/^(local|[0-9a-z]{12})$/));
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
const attemptIdForm = /^[0-9a-z]{10}-\d{1,6}-\d{1,4}$/;
export const attemptIdSchema = of<AttemptId>(z.string().regex(attemptIdForm, 'must be an attempt id'));

/** Ids in what the hub itself wrote or tells: of their kind, and not looked at again. */
export const knownIds = {
  node: of<NodeId>(z.string()),
  job: of<JobId>(z.string()),
  attempt: of<AttemptId>(z.string()),
  sensor: of<SensorId>(z.string()),
  person: of<PersonId>(z.string()),
} as const;

/** `task` counts from 0, `attempt` from 1. */
export function attemptIdOf(jobId: JobId, task: number, attempt: number): AttemptId {
  const job: string = jobId;
  return `${job}-${task}-${attempt}` as const;
}

/** What an attempt's id is made of. @throws TypeError where it is none */
export function parseAttemptId(id: AttemptId): { jobId: JobId; task: number; attempt: number } {
  if (!attemptIdForm.test(id)) throw new TypeError(`"${id}" is no id of an attempt`);
  const [jobId = '', task, attempt] = id.split('-');
  return { jobId, task: Number(task), attempt: Number(attempt) };
}

/** An attempt where its job is said already: `0-1`. */
export function shortAttemptId(id: AttemptId): string {
  const { task, attempt } = parseAttemptId(id);
  return `${task}-${attempt}`;
}
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

/** Ids people read and type: enough of a long id to tell it apart in one room. */
export function shortId(id: string): string {
  return id.slice(0, 7);
}
