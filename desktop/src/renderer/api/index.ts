import {
  type DeadLetterChoice,
  type JobQuestion,
  type JobState,
  type AuditQuery,
  type CheckQuestion,
  type ChangePasswordRequest,
  type ChoosePasswordRequest,
  type EndAccessRequest,
  type InvitationRequest,
  type JoinTokenRequest,
  type KeyRequest,
  type NodeAction,
  type NodePatch,
  type PeopleSettingsPatch,
  type PersonPatch,
  type PersonRequest,
  type ReadingOptions,
  type RegisterRequest,
  type ResultRowsQuery,
  type ResultSummaryQuery,
  type SensorPatch,
  type SensorRequest,
  type SignInRequest,
  appSpeedsSchema,
  appViewSchema,
  auditPageSchema,
  checkViewSchema,
  codeViewSchema,
  createdInvitationSchema,
  createdJoinTokenSchema,
  createdKeySchema,
  createdPersonSchema,
  deadLetterOutcomeSchema,
  deadLetterPageSchema,
  fileReferenceSchema,
  hubViewSchema,
  invitationViewSchema,
  jobCountsSchema,
  jobPageSchema,
  jobViewSchema,
  joinTokenViewSchema,
  keyViewSchema,
  lockOutSchema,
  logPageSchema,
  meSchema,
  modelViewSchema,
  nodeViewSchema,
  peopleSettingsSchema,
  personLinkSchema,
  personViewSchema,
  preparedSampleSchema,
  provenanceSchema,
  resultRowsSchema,
  resultSummarySchema,
  sampleViewSchema,
  sensorCredentialSchema,
  sensorViewSchema,
  seriesInfoSchema,
  seriesPointsSchema,
  sessionViewSchema,
  signInOptionsSchema,
  whySchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import { originKey } from '../state/origin-key.js';
import { session } from '../state/session.svelte.js';
import { createHttp } from './http.js';
import { upload } from './upload.js';

const root = '/api/v1';
const signedOut = () => session.signedOut();
const http = createHttp({
  fetch: (input, init) => fetch(input, init),
  originKey,
  onUnauthorized: signedOut,
});
const at = (...parts: string[]) => [root, ...parts.map(encodeURIComponent)].join('/');

/** `/path?a=1`, leaving out what is undefined. */
function withQuery(
  path: string,
  values: Record<string, string | number | readonly string[] | undefined>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value ?? []].flat()) query.append(name, String(one));
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** Every page of a list, one after another. */
async function pages<T extends z.ZodType>(
  name: string,
  item: T,
  path: string,
  query: Record<string, string> = {},
): Promise<z.output<T>[]> {
  const schema = z.object({ [name]: z.array(item), nextCursor: z.string().nullish() });
  const all: z.output<T>[] = [];
  for (let cursor: string | undefined; ;) {
    const answer: Record<string, unknown> = await http.json(schema, withQuery(path, { ...query, cursor }));
    all.push(...(answer[name] as z.output<T>[]));
    cursor = (answer['nextCursor'] as string | null | undefined) ?? undefined;
    if (cursor === undefined) return all;
  }
}

const list = <T extends z.ZodType>(name: string, schema: T) =>
  z.object({ [name]: z.array(schema) }).transform((answer) => answer[name] as z.output<T>[]);

const samplesSchema = list('samples', sampleViewSchema);
const pointsSchema = list('series', seriesPointsSchema);

/** All that is given must hold; `before` is the `nextBefore` of the page before. */
export interface JobsQuery {
  state?: readonly JobState[];
  text?: string | undefined;
  machine?: string | undefined;
  app?: string | undefined;
  before?: number | undefined;
  limit?: number;
}
const sessionsSchema = list('sessions', sessionViewSchema);
const registeredSchema = z.object({ me: meSchema.nullable() });

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

  me: () => http.json(meSchema, at('me')),
  signInOptions: () => http.json(signInOptionsSchema, at('sign-in')),
  signIn: (body: SignInRequest) => http.json(meSchema, at('sign-in'), { method: 'POST', body }),
  register: (body: RegisterRequest) => http.json(registeredSchema, at('register'), { method: 'POST', body }),
  lookAtLink: (code: string) =>
    http.json(codeViewSchema, at('one-time-links', 'look'), { method: 'POST', body: { code } }),
  signInByLink: (code: string) =>
    http.json(meSchema, at('one-time-links', 'sign-in'), { method: 'POST', body: { code } }),
  /** Begins a sign-in at another server: the address to go to. */
  beginSignIn: (path: string) => http.json(z.object({ url: z.url() }), path, { method: 'POST' }),
  choosePassword: (body: ChoosePasswordRequest) =>
    http.json(meSchema, at('one-time-links', 'password'), { method: 'POST', body }),
  signOut: () => http.none(at('sign-out'), { method: 'POST' }),
  rename: (name: string) => http.json(meSchema, at('me'), { method: 'PATCH', body: { name } }),
  changePassword: (body: ChangePasswordRequest) => http.none(at('me', 'password'), { method: 'POST', body }),
  sessions: () => http.json(sessionsSchema, at('me', 'sessions')),
  endSession: (id: string) => http.none(at('me', 'sessions', id), { method: 'DELETE' }),
  signOutEverywhere: (keepKeysAndInvitations: boolean) =>
    http.none(withQuery(at('me', 'sessions'), { keepKeysAndInvitations: String(keepKeysAndInvitations) }), {
      method: 'DELETE',
    }),
  keys: () => pages('keys', keyViewSchema, at('keys')),
  createKey: (body: KeyRequest) => http.json(createdKeySchema, at('keys'), { method: 'POST', body }),
  revokeKey: (id: string) => http.none(at('keys', id), { method: 'DELETE' }),

  people: () => pages('people', personViewSchema, at('people')),
  createPerson: (body: PersonRequest) =>
    http.json(createdPersonSchema, at('people'), { method: 'POST', body }),
  patchPerson: (id: string, body: PersonPatch) =>
    http.json(personViewSchema, at('people', id), { method: 'PATCH', body }),
  removePerson: (id: string) => http.none(at('people', id), { method: 'DELETE' }),
  passwordLink: (id: string) =>
    http.json(personLinkSchema, at('people', id, 'password-link'), { method: 'POST' }),
  signOutPerson: (id: string, body: EndAccessRequest) =>
    http.none(at('people', id, 'sign-out'), { method: 'POST', body }),
  invitations: () => pages('invitations', invitationViewSchema, at('invitations')),
  invite: (body: InvitationRequest) =>
    http.json(createdInvitationSchema, at('invitations'), { method: 'POST', body }),
  withdrawInvitation: (id: string) => http.none(at('invitations', id), { method: 'DELETE' }),
  lockOuts: () => pages('lockOuts', lockOutSchema, at('lock-outs')),
  clearLockOut: (id: string) => http.none(at('lock-outs', id), { method: 'DELETE' }),
  peopleSettings: () => http.json(peopleSettingsSchema, at('settings', 'people')),
  patchPeopleSettings: (body: PeopleSettingsPatch) =>
    http.json(peopleSettingsSchema, at('settings', 'people'), { method: 'PATCH', body }),
  audit: (query: AuditQuery & { limit: number; before?: string | undefined }) =>
    http.json(auditPageSchema, withQuery(at('audit'), query)),
  auditPath: (query: AuditQuery, format: 'csv' | 'json') =>
    withQuery(at('audit', 'export'), { ...query, format }),

  nodes: () => pages('nodes', nodeViewSchema, at('nodes')),
  node: (id: string) => http.json(nodeViewSchema, at('nodes', id)),
  patchNode: (id: string, patch: NodePatch) =>
    http.json(nodeViewSchema, at('nodes', id), { method: 'PATCH', body: patch }),
  actOnNode: (id: string, action: NodeAction) =>
    http.json(nodeViewSchema, at('nodes', id, action), { method: 'POST' }),
  approveNode: (id: string, code: string) =>
    http.json(nodeViewSchema, at('nodes', id, 'approve'), { method: 'POST', body: { code } }),
  removeNode: (id: string) => http.none(at('nodes', id), { method: 'DELETE' }),

  joinTokens: () => pages('joinTokens', joinTokenViewSchema, at('join-tokens')),
  createJoinToken: (request: JoinTokenRequest) =>
    http.json(createdJoinTokenSchema, at('join-tokens'), { method: 'POST', body: request }),
  removeJoinToken: (id: string) => http.none(at('join-tokens', id), { method: 'DELETE' }),

  putFile: (file: Blob, name: string, onProgress: (fraction: number) => void = () => undefined) =>
    upload(
      {
        method: 'PUT',
        path: withQuery(at('files'), { name }),
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
  speeds: () => pages('speeds', appSpeedsSchema, at('speeds')),
  apps: () => pages('apps', appViewSchema, at('apps')),
  app: (name: string) => http.json(appViewSchema, at('apps', name)),
  model: (name: string, version?: string) =>
    http.json(modelViewSchema, withQuery(at('apps', name, 'model'), { version })),
  rememberReading: (name: string, reading: ReadingOptions) =>
    http.json(appViewSchema, at('apps', name, 'reading'), { method: 'PUT', body: reading }),
  removeApp: (name: string) => http.none(at('apps', name), { method: 'DELETE' }),
  samples: () => http.json(samplesSchema, at('samples')),
  prepareSample: (name: string) => http.json(preparedSampleSchema, at('samples', name), { method: 'POST' }),

  check: (question: CheckQuestion, signal: AbortSignal) =>
    http.json(checkViewSchema, at('checks'), { method: 'POST', body: question, signal }),

  jobs: (query: JobsQuery = {}) => http.json(jobPageSchema, withQuery(at('jobs'), { ...query })),
  jobCounts: () => http.json(jobCountsSchema, at('job-counts')),
  job: (id: string) => http.json(jobViewSchema, at('jobs', id)),
  createJob: (request: JobQuestion) =>
    http.json(jobViewSchema, at('jobs'), { method: 'POST', body: request }),
  cancelJob: (id: string) => http.json(jobViewSchema, at('jobs', id, 'cancel'), { method: 'POST' }),
  rerunJob: (id: string) => http.json(jobViewSchema, at('jobs', id, 'rerun'), { method: 'POST' }),
  removeJob: (id: string) => http.none(at('jobs', id), { method: 'DELETE' }),
  /** The last page of it, or the one before a page that came. */
  jobLogEnd: (id: string, query: { attempt?: string | undefined; before?: string | undefined } = {}) =>
    http.json(
      logPageSchema,
      withQuery(at('jobs', id, 'logs'), { ...query, ...(query.before === undefined && { tail: 'true' }) }),
    ),
  logPath: (id: string) => at('jobs', id, 'logs', 'download'),
  verifyJob: (id: string) => http.json(jobViewSchema, at('jobs', id, 'verify'), { method: 'POST' }),
  provenance: (id: string) => http.json(provenanceSchema, at('jobs', id, 'provenance')),
  provenancePath: (id: string) => at('jobs', id, 'provenance'),
  /** The newest decisions, or those before the `before`th. */
  why: (id: string, before?: number) => http.json(whySchema, withQuery(at('jobs', id, 'why'), { before })),
  outputPath: (id: string) => at('jobs', id, 'output'),
  jobSummary: (id: string, query: ResultSummaryQuery, signal?: AbortSignal) =>
    http.json(
      resultSummarySchema,
      withQuery(at('jobs', id, 'summary'), query),
      signal === undefined ? {} : { signal },
    ),
  jobRows: (id: string, { descending, ...query }: Partial<ResultRowsQuery>, signal?: AbortSignal) =>
    http.json(
      resultRowsSchema,
      withQuery(at('jobs', id, 'rows'), { ...query, descending: descending === true ? 'true' : undefined }),
      signal === undefined ? {} : { signal },
    ),

  deadLetters: (query: { before?: number | undefined; limit?: number } = {}) =>
    http.json(deadLetterPageSchema, withQuery(at('dead-letters'), query)),
  settleDeadLetters: (action: 'rerun' | 'dismiss', choice: DeadLetterChoice) =>
    http.json(deadLetterOutcomeSchema, at('dead-letters', action), { method: 'POST', body: choice }),

  sensors: () => pages('sensors', sensorViewSchema, at('sensors')),
  sensor: (id: string) => http.json(sensorViewSchema, at('sensors', id)),
  registerSensor: (request: SensorRequest) =>
    http.json(sensorCredentialSchema, at('sensors'), { method: 'POST', body: request }),
  patchSensor: (id: string, patch: SensorPatch) =>
    http.json(sensorViewSchema, at('sensors', id), { method: 'PATCH', body: patch }),
  removeSensor: (id: string) => http.none(at('sensors', id), { method: 'DELETE' }),
  renewSensorCredential: (id: string) =>
    http.json(sensorCredentialSchema, at('sensors', id, 'credential'), { method: 'POST' }),

  series: (source: string) => pages('series', seriesInfoSchema, at('series'), { source }),
  points: (span: SeriesSpan & { maxPoints: number }, signal?: AbortSignal) =>
    http.json(
      pointsSchema,
      withQuery(at('series', 'points'), { ...spanQuery(span), maxPoints: span.maxPoints }),
      signal === undefined ? {} : { signal },
    ),
  exportPath: (span: SeriesSpan) => withQuery(at('series', 'export'), { ...spanQuery(span), format: 'csv' }),
} as const;
