import * as z from 'zod';
import { amqpAccessSchema } from '../amqp/access.js';
import { appRuntimeSchema, limitsSchema } from '../app-manifest.js';
import { tableFormSchema } from '../csv/form.js';
import { appNameSchema, attemptIdSchema, checkIdSchema, jobIdSchema, sha256Schema } from '../ids.js';
import { environmentSchema, secretNamesSchema } from '../models/environment.js';
import { mostInputs } from '../models/input-name.js';
import { mostNetworkPlaces, networkPlaceSchema } from '../models/network-need.js';
import { paramValuesSchema } from '../models/param.js';
import { readingOptionsSchema } from '../models/reading.js';

/** A file the agent fetches from the hub by its hash. */
export const fileReferenceSchema = z.object({
  sha256: sha256Schema,
  bytes: z.number().int().nonnegative(),
  name: z.string().max(255),
});
export type FileReference = z.infer<typeof fileReferenceSchema>;

const orderedAppSchema = z.object({
  name: appNameSchema,
  version: z.string(),
  runtime: appRuntimeSchema,
  entry: z.string(),
  bundle: fileReferenceSchema,
});

/** Run one attempt of one task. `token` is the fencing token: a result with an older one is dropped. */
export const runOrderSchema = z.object({
  type: z.literal('run'),
  attemptId: attemptIdSchema,
  jobId: jobIdSchema,
  token: z.number().int().positive(),
  app: orderedAppSchema,
  input: fileReferenceSchema,
  /** The whole of `input` in base64, where it is small: it need not be fetched. */
  inputContent: z.string().max(400_000).optional(),
  /** A result of no more bytes may come with the report instead of being uploaded. */
  inlineResultBytes: z.number().int().nonnegative().optional(),
  limits: limitsSchema,
  /** How the table is written that `input` is a part of: it is read so, and not looked at again. */
  form: tableFormSchema.optional(),
  /** What its sandbox has to let in; left out: nothing. */
  access: z
    .object({
      network: z.boolean().default(false),
      /** The only places of the network it may reach; left out: servers of the internet. */
      places: z.array(networkPlaceSchema).max(mostNetworkPlaces).optional(),
      gpu: z.boolean().default(false),
    })
    .optional(),
  /** What was said about how the table is to be read; left out: nothing. */
  reading: readingOptionsSchema.optional(),
  /** Files besides `input`, with which they lie in one folder, by their names. Said to agents with the feature `inputs`. */
  inputs: z.array(fileReferenceSchema).max(mostInputs).optional(),
  /** Variables of its environment, and the names of those whose values the agent fetches. Said to agents with the feature `environment`. */
  env: environmentSchema.optional(),
  secrets: secretNamesSchema.optional(),
  /** What its script is given to run with, and the part of it that comes as arguments. Said to agents with the feature `params`. */
  params: z.object({ values: paramValuesSchema, arguments: z.array(z.string()).max(400) }).optional(),
  /** Its output folder is kept, whatever comes of it; left out: only its result, as hubs from before that was kept. */
  outputs: z.object({ predictions: z.boolean(), graceSeconds: z.number().int().min(0).max(600) }).optional(),
});
export type RunOrder = z.infer<typeof runOrderSchema>;

/** Say how an app would read a table, by its first rows. Answered with the report `checked`, and never kept. */
export const checkOrderSchema = z.object({
  type: z.literal('check'),
  checkId: checkIdSchema,
  app: orderedAppSchema,
  /** The table's first and last rows, or all of it. */
  input: fileReferenceSchema,
  /** All of `input` in base64; left out where its rows are so long that they have to be fetched. */
  inputContent: z.string().max(400_000).optional(),
  /** Whether `input` is the whole table. */
  complete: z.boolean(),
  limits: limitsSchema,
  reading: readingOptionsSchema.optional(),
});
export type CheckOrder = z.infer<typeof checkOrderSchema>;

/** What the hub tells an agent on `nodes/{id}/orders`. */
export const orderSchema = z.discriminatedUnion('type', [
  runOrderSchema,
  checkOrderSchema,
  z.object({
    type: z.literal('cancel'),
    attemptId: attemptIdSchema,
    reason: z.string().max(200),
    /** Somebody stopped the job: it is given its grace, and what it wrote is kept. */
    keepFiles: z.boolean().optional(),
  }),
  /** The result is committed (or will never be wanted): the agent may forget the attempt. */
  z.object({ type: z.literal('forget'), attemptId: attemptIdSchema }),
  /** Said to a machine that is in already: take orders this way from now on, and tell again what you hold. `amqp` as in hello's answer. */
  z.object({ type: z.literal('approved'), amqp: amqpAccessSchema.nullable().optional() }),
  z.object({ type: z.literal('removed'), reason: z.string().max(200) }),
  z.object({ type: z.literal('benchmark') }),
  z.object({ type: z.literal('refresh-inventory') }),
  /** How often to send metrics from now on, until the connection ends; said to agents with the feature `pace`. */
  z.object({ type: z.literal('pace'), heartbeatMs: z.number().int().min(1000).max(60_000) }),
]);
export type Order = z.infer<typeof orderSchema>;
