import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  appSpeedsSchema,
  appViewSchema,
  auditPageSchema,
  checkViewSchema,
  createdInvitationSchema,
  createdKeySchema,
  createdPersonSchema,
  invitationViewSchema,
  keyViewSchema,
  lockOutSchema,
  peopleSettingsSchema,
  personLinkSchema,
  personViewSchema,
  createdJoinTokenSchema,
  deadLetterOutcomeSchema,
  deadLetterPageSchema,
  fileReferenceSchema,
  hubViewSchema,
  jobPageSchema,
  jobViewSchema,
  joinTokenViewSchema,
  logPageSchema,
  modelViewSchema,
  nodeViewSchema,
  preparedSampleSchema,
  provenanceSchema,
  resultSummarySchema,
  sampleViewSchema,
  sensorCredentialSchema,
  sensorViewSchema,
  seriesInfoSchema,
  whySchema,
  type DeadLetterChoice,
  type EndAccessRequest,
  type AuditQuery,
  type CheckQuestion,
  type InvitationRequest,
  type JobQuestion,
  type JobState,
  type JoinTokenRequest,
  type KeyRequest,
  type NodeAction,
  type NodePatch,
  type RerunRequest,
  type ResultSummaryQuery,
  type PeopleSettingsPatch,
  type ReadingOptions,
  type PersonPatch,
  type PersonRequest,
  type SensorRequest,
} from '@meshdeck/shared';
import * as z from 'zod';
import { createCaller, type Query } from './caller.js';
import type { ConnectionSource } from './connection.js';

const api = '/api/v1';
const part = encodeURIComponent;

/** What `GET /jobs` takes. */
export interface JobListQuery {
  state?: JobState | undefined;
  text?: string | undefined;
  machine?: string | undefined;
  app?: string | undefined;
  limit?: number | undefined;
  before?: number | undefined;
}

/** A file on its way up; `onProgress` hears bytes sent so far. */
export interface Upload {
  name: string;
  path: string;
  bytes: number;
  onProgress?: ((sentBytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

async function* counted(
  source: AsyncIterable<Buffer>,
  onProgress: ((sentBytes: number) => void) | undefined,
) {
  let sent = 0;
  for await (const chunk of source) {
    yield chunk;
    sent += chunk.length;
    onProgress?.(sent);
  }
}

/** The hub's HTTP API (docs/api.md), typed by the contract's schemas. Every call may throw a MeshdeckError. */
export function createApiClient(connection: ConnectionSource) {
  const call = createCaller(connection);
  const get = <Schema extends z.ZodType>(path: string, schema: Schema, query: Query = {}) =>
    call.json({ method: 'GET', path: `${api}${path}`, query }, schema);
  /** Every page of a list, one after another. */
  async function pages<Item extends z.ZodType>(
    path: string,
    name: string,
    item: Item,
    query: Query = {},
  ): Promise<z.infer<Item>[]> {
    const schema = z.object({ [name]: z.array(item), nextCursor: z.string().nullish() });
    const all: z.infer<Item>[] = [];
    for (let cursor: string | undefined; ;) {
      const answer = await get(path, schema, { ...query, cursor });
      all.push(...((answer as Record<string, z.infer<Item>[] | undefined>)[name] ?? []));
      cursor = (answer.nextCursor as string | null | undefined) ?? undefined;
      if (cursor === undefined) return all;
    }
  }
  const post = <Schema extends z.ZodType>(path: string, schema: Schema, json?: unknown) =>
    call.json({ method: 'POST', path: `${api}${path}`, ...(json === undefined ? {} : { json }) }, schema);
  const patch = <Schema extends z.ZodType>(path: string, schema: Schema, json: unknown) =>
    call.json({ method: 'PATCH', path: `${api}${path}`, json }, schema);
  const remove = (path: string) => call.nothing({ method: 'DELETE', path: `${api}${path}` });

  return {
    hub: () => get('/hub', hubViewSchema),
    uiLink: () => post('/ui-links', z.object({ url: z.url() })),

    nodes: () => pages('/nodes', 'nodes', nodeViewSchema),
    node: (id: string) => get(`/nodes/${part(id)}`, nodeViewSchema),
    patchNode: (id: string, patch: NodePatch) =>
      call.json({ method: 'PATCH', path: `${api}/nodes/${part(id)}`, json: patch }, nodeViewSchema),
    nodeAction: (id: string, action: NodeAction) => post(`/nodes/${part(id)}/${action}`, nodeViewSchema),
    approveNode: (id: string, code: string) => post(`/nodes/${part(id)}/approve`, nodeViewSchema, { code }),
    removeNode: (id: string) => remove(`/nodes/${part(id)}`),
    giveNode: (id: string, owner: string | null) =>
      call.json({ method: 'PUT', path: `${api}/nodes/${part(id)}/owner`, json: { owner } }, nodeViewSchema),

    people: () => pages('/people', 'people', personViewSchema),
    createPerson: (request: PersonRequest) => post('/people', createdPersonSchema, request),
    patchPerson: (ref: string, change: PersonPatch) =>
      patch(`/people/${part(ref)}`, personViewSchema, change),
    removePerson: (ref: string) => remove(`/people/${part(ref)}`),
    passwordLink: (ref: string) => post(`/people/${part(ref)}/password-link`, personLinkSchema),
    signOutPerson: (ref: string, request: EndAccessRequest) =>
      call.nothing({ method: 'POST', path: `${api}/people/${part(ref)}/sign-out`, json: request }),
    invitations: () => pages('/invitations', 'invitations', invitationViewSchema),
    invite: (request: InvitationRequest) => post('/invitations', createdInvitationSchema, request),
    withdrawInvitation: (id: string) => remove(`/invitations/${part(id)}`),
    lockOuts: () => pages('/lock-outs', 'lockOuts', lockOutSchema),
    clearLockOut: (id: string) => remove(`/lock-outs/${part(id)}`),
    peopleSettings: () => get('/settings/people', peopleSettingsSchema),
    patchPeopleSettings: (change: PeopleSettingsPatch) =>
      patch('/settings/people', peopleSettingsSchema, change),

    keys: () => pages('/keys', 'keys', keyViewSchema),
    createKey: (request: KeyRequest) => post('/keys', createdKeySchema, request),
    revokeKey: (id: string) => remove(`/keys/${part(id)}`),

    audit: (query: AuditQuery & { limit: number; before?: string | undefined }) =>
      get('/audit', auditPageSchema, query),

    joinTokens: () => pages('/join-tokens', 'joinTokens', joinTokenViewSchema),
    createJoinToken: (request: JoinTokenRequest) => post('/join-tokens', createdJoinTokenSchema, request),
    revokeJoinToken: (id: string) => remove(`/join-tokens/${part(id)}`),

    uploadFile: ({ name, path, bytes, onProgress, signal }: Upload) =>
      call.json(
        {
          method: 'PUT',
          path: `${api}/files`,
          query: { name },
          raw: {
            body: Readable.from(counted(createReadStream(path, { highWaterMark: 1 << 18 }), onProgress)),
            bytes,
          },
          signal,
        },
        fileReferenceSchema,
      ),
    uploadBytes: (name: string, body: Readable, bytes: number, signal: AbortSignal) =>
      call.json(
        { method: 'PUT', path: `${api}/files`, query: { name }, raw: { body, bytes }, signal },
        fileReferenceSchema,
      ),

    speeds: () => pages('/speeds', 'speeds', appSpeedsSchema),
    apps: () => pages('/apps', 'apps', appViewSchema),
    app: (name: string) => get(`/apps/${part(name)}`, appViewSchema),
    model: (name: string, version?: string) => get(`/apps/${part(name)}/model`, modelViewSchema, { version }),
    pushApp: ({
      filename,
      body,
      signal,
    }: {
      filename: string;
      body: Readable;
      signal?: AbortSignal | undefined;
    }) =>
      call.json(
        { method: 'POST', path: `${api}/apps`, query: { filename }, raw: { body }, signal },
        appViewSchema,
      ),
    rememberReading: (name: string, reading: ReadingOptions) =>
      call.json({ method: 'PUT', path: `${api}/apps/${part(name)}/reading`, json: reading }, appViewSchema),
    removeApp: (name: string) => remove(`/apps/${part(name)}`),

    samples: async () => (await get('/samples', z.object({ samples: z.array(sampleViewSchema) }))).samples,
    prepareSample: (name: string) => post(`/samples/${part(name)}`, preparedSampleSchema),

    check: (question: CheckQuestion, signal?: AbortSignal) =>
      call.json({ method: 'POST', path: `${api}/checks`, json: question, signal }, checkViewSchema),

    jobs: (query: JobListQuery) => get('/jobs', jobPageSchema, { ...query }),
    submitJob: (request: JobQuestion) => post('/jobs', jobViewSchema, request),
    /** With `waitMs`: once it has ended, or after so long. */
    job: (id: string, waitMs = 0) =>
      get(`/jobs/${part(id)}`, jobViewSchema, waitMs > 0 ? { wait: waitMs / 1000 } : {}),
    cancelJob: (id: string) => post(`/jobs/${part(id)}/cancel`, jobViewSchema),
    rerunJob: (id: string, request: RerunRequest = {}) =>
      post(`/jobs/${part(id)}/rerun`, jobViewSchema, request),
    removeJob: (id: string) => remove(`/jobs/${part(id)}`),
    /** A page of what it printed: on from `cursor`, else from the beginning, or the last one. */
    jobLogs: (
      id: string,
      query: { attempt?: string | undefined; cursor?: string | undefined; tail?: true; limit?: number } = {},
    ) =>
      get(`/jobs/${part(id)}/logs`, logPageSchema, {
        ...query,
        tail: query.tail === true ? 'true' : undefined,
      }),
    verifyJob: (id: string) => post(`/jobs/${part(id)}/verify`, jobViewSchema),
    provenance: (id: string) => get(`/jobs/${part(id)}/provenance`, provenanceSchema),
    deadLetters: (query: { limit?: number | undefined; before?: number | undefined }) =>
      get('/dead-letters', deadLetterPageSchema, query),
    rerunDeadLetters: (choice: DeadLetterChoice) =>
      post('/dead-letters/rerun', deadLetterOutcomeSchema, choice),
    dismissDeadLetters: (choice: DeadLetterChoice) =>
      post('/dead-letters/dismiss', deadLetterOutcomeSchema, choice),
    jobSummary: (
      id: string,
      query: { [Name in keyof ResultSummaryQuery]: ResultSummaryQuery[Name] | undefined },
    ) => get(`/jobs/${part(id)}/summary`, resultSummarySchema, query),
    why: (id: string, before?: number) => get(`/jobs/${part(id)}/why`, whySchema, { before }),
    jobOutput: (id: string) => call.stream({ method: 'GET', path: `${api}/jobs/${part(id)}/output` }),

    sensors: () => pages('/sensors', 'sensors', sensorViewSchema),
    sensor: (id: string) => get(`/sensors/${part(id)}`, sensorViewSchema),
    registerSensor: (request: SensorRequest) => post('/sensors', sensorCredentialSchema, request),
    removeSensor: (id: string) => remove(`/sensors/${part(id)}`),
    rotateSensor: (id: string) => post(`/sensors/${part(id)}/credential`, sensorCredentialSchema),

    series: (source?: string) => pages('/series', 'series', seriesInfoSchema, { source }),
    exportSeries: (query: {
      source: string;
      keys?: string | undefined;
      from: number;
      to: number;
      format: 'csv' | 'parquet';
    }) => call.stream({ method: 'GET', path: `${api}/series/export`, query }),
  };
}

export type ApiClient = ReturnType<typeof createApiClient>;
