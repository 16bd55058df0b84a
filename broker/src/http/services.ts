import type { Duplex } from 'node:stream';
import type {
  Approval,
  AppSpeeds,
  AppView,
  CheckRequest,
  CheckView,
  CreatedJoinToken,
  DeadLetterChoice,
  DeadLetterOutcome,
  DeadLetterPage,
  HelloRequest,
  HelloResponse,
  HubView,
  JobCounts,
  JobOptionsChange,
  JobPage,
  JobRequest,
  JobState,
  JobView,
  JoinTokenRequest,
  JoinTokenView,
  LogMessage,
  LogPage,
  ModelView,
  NodeAction,
  NodePatch,
  NodeView,
  PairingReveal,
  PairingStart,
  PairingStarted,
  PairingState,
  PreparedSample,
  Provenance,
  ReadingOptions,
  SampleView,
  SensorCredential,
  SensorPatch,
  SensorRequest,
  SensorView,
  ServiceState,
  Reach,
  Why,
} from '@meshdeck/shared';
import type { FileStore } from '../files/types.js';
import type { SeriesStore } from '../series/types.js';
import type { AuditLog } from '../audit/index.js';
import type { FileClaims } from '../files/claims.js';
import type { ResultServices } from '../results/index.js';
import type { People } from '../users/people.js';
import type { LocalAccess, Person } from '../users/types.js';

/** `ref` everywhere is an id, an unambiguous beginning of one, or a unique name. All throw `not-found`. */
export interface NodeServices {
  list(): NodeView[];
  get(ref: string): NodeView;
  patch(ref: string, patch: NodePatch): Promise<NodeView>;
  act(ref: string, action: NodeAction): Promise<NodeView>;
  /** @throws MeshdeckError `code-mismatch`; `conflict` where it is not asking to join */
  approve(ref: string, approval: Approval): Promise<NodeView>;
  remove(ref: string): Promise<void>;
  /** Gives the machine to a person; null: to the room. */
  give(ref: string, owner: { id: string; name: string } | null): Promise<NodeView>;
}

export interface JoinTokenServices {
  list(): JoinTokenView[];
  create(request: JoinTokenRequest): Promise<CreatedJoinToken>;
  /** @throws MeshdeckError `not-found` */
  revoke(id: string): Promise<void>;
}

/** Who is at the other end of a mutual TLS connection. */
export interface AgentPeer {
  /** SHA-256 of the key (SPKI, DER), 64 hex digits. */
  fingerprint: string;
  address: string;
  /** DER */
  certificate?: Uint8Array;
}

export interface PairingServices {
  /** First contact; what the parts throw is at `PairingAttempts`. */
  start(peer: AgentPeer, start: PairingStart): Promise<PairingStarted>;
  reveal(peer: AgentPeer, id: string, reveal: PairingReveal): Promise<PairingState>;
  watch(peer: AgentPeer, id: string, signal: AbortSignal): Promise<PairingState>;
  /** @throws MeshdeckError `token-invalid`, `token-used-up`, `pairing-required`, `identity-cloned`, `forbidden` */
  hello(peer: AgentPeer, request: HelloRequest): Promise<HelloResponse>;
  isJoined(fingerprint: string): boolean;
}

export interface PageQuery {
  limit: number;
  /** Only jobs older than this: the `nextBefore` of the page before. */
  before?: number;
  /** Only of this person. */
  owner?: string;
}

/** Who submits a job; `reach` says whether they may use what is not theirs. */
export interface Submitter {
  id: string;
  name: string;
  reach: Reach;
}

export interface JobQuery extends PageQuery {
  states?: readonly JobState[];
  /** Words that all occur in what the job is known by. */
  text?: string;
  /** Id or name of a machine that had an attempt of it. */
  machine?: string;
  app?: string;
  /** Hears how many bytes were read from disk for it. */
  onRead?: (bytes: number) => void;
}

/** The decisions of a large room are many megabytes: they are read as they are sent. */
export interface ProvenanceInParts {
  provenance: Omit<Provenance, 'decisions'>;
  decisions: AsyncIterable<Provenance['decisions'][number]>;
}

/** `attempt`: its id, or `part-number`. */
export interface JobLogQuery {
  attempt?: string | undefined;
  cursor?: string | undefined;
  before?: string | undefined;
  tail?: boolean | undefined;
  limit: number;
}

/** `id` may be an unambiguous beginning. All throw `not-found`; `conflict` where the state does not allow it. */
export interface JobServices {
  list(query: JobQuery): Promise<JobPage>;
  /** With `waitMs`: as it is when it has ended, or as it is after so long. */
  get(id: string, options?: { waitMs?: number }): Promise<JobView>;
  /** Whose job it is. */
  ownerOf(id: string): Promise<string>;
  /** @throws MeshdeckError also `limit-reached` */
  /** With `waitMs`, as the job is once it has ended, or after so long. */
  create(request: JobRequest, by: Submitter, options?: { waitMs?: number }): Promise<JobView>;
  /** All or, where one of them cannot be, none. Their ids, in order. */
  createMany(requests: readonly JobRequest[], by: Submitter): Promise<string[]>;
  cancel(id: string): Promise<JobView>;
  /** The new job, which belongs to whoever asked for it: the same app and table, with the same options but for `change`. */
  rerun(id: string, by: Submitter, change?: JobOptionsChange): Promise<JobView>;
  remove(id: string): Promise<void>;
  /** Begins a run that makes the result again; the hub compares the two when it has ended. Answers that run. */
  verify(id: string, by: Submitter): Promise<JobView>;
  provenance(id: string): Promise<ProvenanceInParts>;
  /** A page, of one attempt (its id, or `part-number`) or of all. */
  logs(id: string, query: JobLogQuery): Promise<LogPage>;
  /** The whole, read as it is taken. */
  allLogs(id: string, attempt?: string): Promise<AsyncIterable<LogMessage>>;
  /** The newest decisions, or those before the `before`th: as many as make a page. */
  why(id: string, before?: number): Promise<Why>;
  /** Where the result lies on disk, and the file name people should get. */
  output(id: string): Promise<{ path: string; name: string; bytes: number }>;
  /** Cheap: asked every few seconds by whoever looks at jobs. */
  /** Of one person, or of all. */
  counts(owner?: string): JobCounts;
  /** Reports dropped since the hub started. */
  dropped(): { duplicates: number; late: number };
}

/** Dry runs. */
export interface CheckServices {
  /**
   * @throws MeshdeckError `not-found`, `app-invalid`, `invalid-request`, `too-many-requests`; `no-eligible-node`,
   *   `node-lost`, `app-timeout` where no machine answers. What is wrong with table or model is in the answer.
   */
  check(request: CheckRequest, by: Submitter, signal: AbortSignal): Promise<CheckView>;
}

/** Failed jobs that wait for a person's word. */
export interface DeadLetterServices {
  list(query: PageQuery): Promise<DeadLetterPage>;
  /** What cannot be done for one is told in the answer and keeps no other from it. */
  rerun(choice: DeadLetterChoice, by: Submitter): Promise<DeadLetterOutcome>;
  dismiss(choice: DeadLetterChoice, by: Submitter): Promise<DeadLetterOutcome>;
}

/** `ref` is a name, or `OWNER/NAME`; `personId` is who means it by that, left out: the lab. */
export interface AppServices {
  list(personId?: string): Promise<AppView[]>;
  /** @throws MeshdeckError `not-found` */
  get(ref: string, personId?: string): Promise<AppView>;
  /** Takes `.onnx`, `.py`, `.mjs`, `.zip`, `.tar`, `.tar.gz`, `.tgz`. */
  push(upload: {
    stream: AsyncIterable<Uint8Array>;
    filename: string;
    /** Who pushes: with reach `own` among their own apps, else among the lab's. */
    by?: Submitter;
    /** The most it may be, as sent and as unpacked; left out: what any app may be. */
    maxBytes?: number;
  }): Promise<AppView>;
  /** What it remembers of how its tables are to be read. @throws MeshdeckError also `invalid-request` */
  remember(ref: string, reading: ReadingOptions, by?: Pick<Submitter, 'id' | 'reach'>): Promise<AppView>;
  remove(ref: string, by?: Pick<Submitter, 'id' | 'reach'>): Promise<void>;
}

export interface SpeedServices {
  list(): Promise<AppSpeeds[]>;
}

export interface SampleServices {
  list(): Promise<SampleView[]>;
  prepare(name: string): Promise<PreparedSample>;
}

/** All throw `not-found`; `register` throws `already-exists`. */
export interface SensorServices {
  list(): SensorView[];
  get(id: string): SensorView;
  register(request: SensorRequest): Promise<SensorCredential>;
  patch(id: string, patch: SensorPatch): Promise<SensorView>;
  remove(id: string): Promise<void>;
  rotateCredential(id: string): Promise<SensorCredential>;
}

export interface Health {
  status: 'ok' | 'degraded';
  services: ServiceState[];
}

/** What is in the models of apps. */
export interface ModelServices {
  /**
   * The version asked for, else the newest. What cannot be looked into says so in the view.
   * @throws MeshdeckError `not-found`; `invalid-request` for a program; `too-many-requests`
   */
  describe(
    ref: string,
    wanted?: { version?: string | undefined; personId?: string | undefined },
  ): Promise<ModelView>;
}

/** Everything the routes call: the hub as the doors see it. */
export interface HubServices {
  nodes: NodeServices;
  joinTokens: JoinTokenServices;
  pairing: PairingServices;
  jobs: JobServices;
  checks: CheckServices;
  deadLetters: DeadLetterServices;
  results: ResultServices;
  files: FileStore;
  apps: AppServices;
  models: ModelServices;
  speeds: SpeedServices;
  samples: SampleServices;
  sensors: SensorServices;
  series: Pick<SeriesStore, 'query' | 'listSeries' | 'exportStream'>;
  access: LocalAccess;
  people: People;
  audit: AuditLog;
  claims: FileClaims;
  hubView(): HubView;
  /** Cheap: asked every few seconds by whoever watches the hub. */
  health(): Health;
  /** Unit of one series (`°C`, `%`), `''` where it has none or is unknown. */
  unitOf(source: string, key: string): string;
  /** Readings taken in since the hub started, for `/metrics`. */
  readingsTotal(): number;
}

/** Hands an authenticated MQTT-over-WebSocket connection to the broker. */
export type MqttSocketHandler = (stream: Duplex, person: Person) => void;
