import type { Duplex } from 'node:stream';
import type {
  Approval,
  AppView,
  CreatedJoinToken,
  HelloRequest,
  HelloResponse,
  HubView,
  JobRequest,
  JobState,
  JobSummary,
  JobView,
  JoinTokenRequest,
  JoinTokenView,
  LogMessage,
  NodeAction,
  NodePatch,
  NodeView,
  PairingReveal,
  PairingStart,
  PairingStarted,
  PairingState,
  PreparedSample,
  SampleView,
  SensorCredential,
  SensorPatch,
  SensorRequest,
  SensorView,
  ServiceState,
  Why,
} from '@meshdeck/shared';
import type { FileStore } from '../files/types.js';
import type { SeriesStore } from '../series/types.js';
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

export interface JobQuery {
  states?: readonly JobState[];
  limit: number;
  /** Only jobs older than this: the `nextBefore` of the page before. */
  before?: number;
}

export interface JobPage {
  /** Newest first. */
  jobs: JobSummary[];
  /** For the next page; null on the last one. */
  nextBefore: number | null;
}

/** `id` may be an unambiguous beginning. All throw `not-found`; `conflict` where the state does not allow it. */
export interface JobServices {
  list(query: JobQuery): Promise<JobPage>;
  /** With `waitMs`: as it is when it has ended, or as it is after so long. */
  get(id: string, options?: { waitMs?: number }): Promise<JobView>;
  create(request: JobRequest): Promise<JobView>;
  /** All or, where one of them cannot be, none. Their ids, in order. */
  createMany(requests: readonly JobRequest[]): Promise<string[]>;
  cancel(id: string): Promise<JobView>;
  /** The new job. */
  rerun(id: string): Promise<JobView>;
  remove(id: string): Promise<void>;
  logs(id: string): Promise<LogMessage[]>;
  why(id: string): Promise<Why>;
  /** Where the result lies on disk, and the file name people should get. */
  output(id: string): Promise<{ path: string; name: string; bytes: number }>;
  /** How many jobs there are in each state; states without one may be left out. */
  counts(): Partial<Record<JobState, number>>;
}

export interface AppServices {
  list(): Promise<AppView[]>;
  /** @throws MeshdeckError `not-found` */
  get(name: string): Promise<AppView>;
  /** Takes `.onnx`, `.py`, `.mjs`, `.zip`, `.tar`, `.tar.gz`, `.tgz`. */
  push(upload: { stream: AsyncIterable<Uint8Array>; filename: string }): Promise<AppView>;
  remove(name: string): Promise<void>;
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

/** Everything the routes call: the hub as the doors see it. */
export interface HubServices {
  nodes: NodeServices;
  joinTokens: JoinTokenServices;
  pairing: PairingServices;
  jobs: JobServices;
  files: FileStore;
  apps: AppServices;
  samples: SampleServices;
  sensors: SensorServices;
  series: Pick<SeriesStore, 'query' | 'listSeries' | 'exportStream'>;
  access: LocalAccess;
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
