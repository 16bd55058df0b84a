import * as z from 'zod';
import { errorCodeSchema } from '../errors.js';
import { timestampSchema } from '../ids.js';
import { jobSummarySchema } from './job.js';
import { nodeViewSchema } from './node.js';
import { sensorViewSchema } from './sensor.js';

/** The one line `meshdeck hub` prints on stdout. `uiLink` (one use, five minutes) only with `--ui-link`. */
export const hubReadySchema = z.object({
  event: z.literal('ready'),
  url: z.string(),
  tls: z.string(),
  mqtt: z.string(),
  sensors: z.string(),
  fingerprint: z.string(),
  /** `https://host:port` for people on the network; left out where it is off. */
  people: z.string().optional(),
  uiLink: z.string().optional(),
});
export type HubReady = z.infer<typeof hubReadySchema>;

export const componentStateSchema = z.object({
  name: z.string(),
  state: z.enum(['running', 'degraded', 'stopped']),
  message: z.string().nullable(),
});
export type ComponentState = z.infer<typeof componentStateSchema>;

/** Where people on the network open the hub, and what its certificate is to be compared with. */
export const peopleListenerViewSchema = z.object({
  /** `https://host:port` under each name; the first is the one to tell people. */
  urls: z.array(z.string()),
  certificate: z.object({
    /** Made by the hub, or given by its admin. */
    source: z.enum(['own', 'given']),
    /** SHA-256 of the certificate, 64 hex digits. */
    fingerprint: z.string(),
    /** SHA-256 of its public key (SPKI). */
    keyFingerprint: z.string(),
    names: z.array(z.string()),
    validUntil: timestampSchema,
    isSelfSigned: z.boolean(),
  }),
});
export type PeopleListenerView = z.infer<typeof peopleListenerViewSchema>;

export const hubViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  fingerprint: z.string(),
  startedAt: timestampSchema,
  now: timestampSchema,
  url: z.string(),
  tls: z.string(),
  mqtt: z.string(),
  sensors: z.string(),
  /** Null where people get in on the hub's own computer only. */
  people: peopleListenerViewSchema.nullable(),
  /** `host:port` of the TLS listener on each real interface. */
  addresses: z.array(z.string()),
  mdns: z.boolean(),
  services: z.array(componentStateSchema),
});
export type HubView = z.infer<typeof hubViewSchema>;

/** Problem details [RFC 9457]. `code` is Meshdeck's own, `detail` a sentence for people. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: errorCodeSchema,
  technical: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Payloads of the `live/...` topics: whole views of what changed, ids of what is gone. */
export const liveNodesSchema = z.object({ changed: z.array(nodeViewSchema), removed: z.array(z.string()) });
export const liveJobsSchema = z.object({ changed: z.array(jobSummarySchema), removed: z.array(z.string()) });
export const liveSensorsSchema = z.object({
  changed: z.array(sensorViewSchema),
  removed: z.array(z.string()),
});
