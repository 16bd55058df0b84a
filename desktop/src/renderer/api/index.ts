import {
  type JobRequest,
  type JoinTokenRequest,
  type NodeAction,
  type NodePatch,
  type SensorPatch,
  type SensorRequest,
  appViewSchema,
  createdJoinTokenSchema,
  fileReferenceSchema,
  hubViewSchema,
  jobSummarySchema,
  jobViewSchema,
  joinTokenViewSchema,
  logMessageSchema,
  nodeViewSchema,
  preparedSampleSchema,
  sampleViewSchema,
  sensorCredentialSchema,
  sensorViewSchema,
  seriesInfoSchema,
  seriesPointsSchema,
  whySchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import { session } from '../state/session.svelte.js';
import { createHttp } from './http.js';
import { upload } from './upload.js';

const root = '/api/v1';
const signedOut = () => session.signedOut();
const http = createHttp({ fetch: (input, init) => fetch(input, init), onUnauthorized: signedOut });
const at = (...parts: string[]) => [root, ...parts.map(encodeURIComponent)].join('/');

/** `/path?a=1`, leaving out what is undefined. */
function withQuery(path: string, values: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

const list = <T extends z.ZodType>(name: string, schema: T) =>
  z.object({ [name]: z.array(schema) }).transform((answer) => answer[name] as z.output<T>[]);

const nodesSchema = list('nodes', nodeViewSchema);
const appsSchema = list('apps', appViewSchema);
const samplesSchema = list('samples', sampleViewSchema);
const sensorsSchema = list('sensors', sensorViewSchema);
const tokensSchema = list('joinTokens', joinTokenViewSchema);
const logsSchema = list('logs', logMessageSchema);
const seriesSchema = list('series', seriesInfoSchema);
const pointsSchema = list('series', seriesPointsSchema);
const jobsSchema = z.object({ jobs: z.array(jobSummarySchema), nextBefore: z.number().nullable() });

export interface SeriesSpan {
  source: string;
  keys?: string[] | undefined;
  from: number;
  to: number;
}

const spanQuery = (span: SeriesSpan) => ({
  source: span.source,
  keys: span.keys?.join(','),
  from: Math.round(span.from),
  to: Math.round(span.to),
});

/** Every call the pages make. All throw `MeshdeckError`. */
export const api = {
  hub: () => http.json(hubViewSchema, at('hub')),

  nodes: () => http.json(nodesSchema, at('nodes')),
  node: (id: string) => http.json(nodeViewSchema, at('nodes', id)),
  patchNode: (id: string, patch: NodePatch) =>
    http.json(nodeViewSchema, at('nodes', id), { method: 'PATCH', body: patch }),
  actOnNode: (id: string, action: NodeAction) =>
    http.json(nodeViewSchema, at('nodes', id, action), { method: 'POST' }),
  approveNode: (id: string, code: string) =>
    http.json(nodeViewSchema, at('nodes', id, 'approve'), { method: 'POST', body: { code } }),
  removeNode: (id: string) => http.none(at('nodes', id), { method: 'DELETE' }),

  joinTokens: () => http.json(tokensSchema, at('join-tokens')),
  createJoinToken: (request: JoinTokenRequest) =>
    http.json(createdJoinTokenSchema, at('join-tokens'), { method: 'POST', body: request }),
  removeJoinToken: (id: string) => http.none(at('join-tokens', id), { method: 'DELETE' }),

  putFile: (file: File, onProgress: (fraction: number) => void) =>
    upload(
      {
        method: 'PUT',
        path: withQuery(at('files'), { name: file.name }),
        body: file,
        schema: fileReferenceSchema,
        onProgress,
      },
      signedOut,
    ),
  pushApp: (file: File, onProgress: (fraction: number) => void) =>
    upload(
      {
        method: 'POST',
        path: withQuery(at('apps'), { filename: file.name }),
        body: file,
        schema: appViewSchema,
        onProgress,
      },
      signedOut,
    ),
  apps: () => http.json(appsSchema, at('apps')),
  removeApp: (name: string) => http.none(at('apps', name), { method: 'DELETE' }),
  samples: () => http.json(samplesSchema, at('samples')),
  prepareSample: (name: string) => http.json(preparedSampleSchema, at('samples', name), { method: 'POST' }),

  jobs: (filter: { state?: string | undefined; before?: number | undefined; limit?: number } = {}) =>
    http.json(jobsSchema, withQuery(at('jobs'), filter)),
  job: (id: string) => http.json(jobViewSchema, at('jobs', id)),
  createJob: (request: JobRequest) => http.json(jobViewSchema, at('jobs'), { method: 'POST', body: request }),
  cancelJob: (id: string) => http.json(jobViewSchema, at('jobs', id, 'cancel'), { method: 'POST' }),
  rerunJob: (id: string) => http.json(jobViewSchema, at('jobs', id, 'rerun'), { method: 'POST' }),
  removeJob: (id: string) => http.none(at('jobs', id), { method: 'DELETE' }),
  jobLogs: (id: string) => http.json(logsSchema, at('jobs', id, 'logs')),
  why: (id: string) => http.json(whySchema, at('jobs', id, 'why')),
  outputPath: (id: string) => at('jobs', id, 'output'),

  sensors: () => http.json(sensorsSchema, at('sensors')),
  sensor: (id: string) => http.json(sensorViewSchema, at('sensors', id)),
  registerSensor: (request: SensorRequest) =>
    http.json(sensorCredentialSchema, at('sensors'), { method: 'POST', body: request }),
  patchSensor: (id: string, patch: SensorPatch) =>
    http.json(sensorViewSchema, at('sensors', id), { method: 'PATCH', body: patch }),
  removeSensor: (id: string) => http.none(at('sensors', id), { method: 'DELETE' }),
  renewSensorCredential: (id: string) =>
    http.json(sensorCredentialSchema, at('sensors', id, 'credential'), { method: 'POST' }),

  series: (source: string) => http.json(seriesSchema, withQuery(at('series'), { source })),
  points: (span: SeriesSpan & { maxPoints: number }, signal?: AbortSignal) =>
    http.json(
      pointsSchema,
      withQuery(at('series', 'points'), { ...spanQuery(span), maxPoints: span.maxPoints }),
      signal === undefined ? {} : { signal },
    ),
  exportPath: (span: SeriesSpan) => withQuery(at('series', 'export'), { ...spanQuery(span), format: 'csv' }),
} as const;
