import * as z from 'zod';
import { errorCodeSchema } from '../errors.js';
import { timestampSchema } from '../ids.js';
import { logMessageSchema } from '../messages/reports.js';
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
  uiLink: z.string().optional(),
});
export type HubReady = z.infer<typeof hubReadySchema>;

export const serviceStateSchema = z.object({
  name: z.string(),
  state: z.enum(['running', 'degraded', 'stopped']),
  message: z.string().nullable(),
});
export type ServiceState = z.infer<typeof serviceStateSchema>;

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
  /** `host:port` of the TLS listener on each real interface. */
  addresses: z.array(z.string()),
  mdns: z.boolean(),
  services: z.array(serviceStateSchema),
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
export const liveJobLogsSchema = logMessageSchema;
export type LiveNodes = z.infer<typeof liveNodesSchema>;
export type LiveJobs = z.infer<typeof liveJobsSchema>;
export type LiveSensors = z.infer<typeof liveSensorsSchema>;
