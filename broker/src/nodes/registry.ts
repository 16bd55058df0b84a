import {
  type HelloRequest,
  type InventoryMessage,
  type Metrics,
  MeshdeckError,
  type NodeId,
  type NodePatch,
  type PersonId,
  type StatusMessage,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Events } from '../events.js';
import type { Collection } from '../stores/documents.js';
import { addClockSample } from './clock-offset.js';
import { createKeptNodes } from './kept-nodes.js';
import type { NodeDocument } from './node-document.js';
import type { NodeEvents } from './node-events.js';
import { restoredState, usualPaceMs, type LostReason, type NodeState } from './node-state.js';

/** The network's slack. */
const slackMs = 600;
/** No word for two heartbeats and the slack is silence: at the usual pace it is told within 5 s. */
export const silenceMs = (paceMs = usualPaceMs): number => 2 * paceMs + slackMs;
const sweepMs = 250;
/** When machines were last heard is written so often. */
const keepHeardMs = 600_000;

/** What a machine says of itself; one that only asks to join says less. */
export type Introduction = Pick<HelloRequest, 'name' | 'version' | 'platform'> &
  Partial<Pick<HelloRequest, 'slots' | 'labels' | 'prefetch'>>;

export interface NodeRegistry {
  states(): NodeState[];
  state(nodeId: NodeId): NodeState | undefined;
  membershipOf(nodeId: NodeId): 'joined' | 'pending' | 'none';
  /** A machine introduced itself; makes it pending when it is new. */
  introduce(nodeId: NodeId, fingerprint: string, address: string, hello: Introduction): Promise<NodeState>;
  setMembership(nodeId: NodeId, membership: NodeDocument['membership']): Promise<void>;
  /** A pending machine waits for a person, or has gone away. */
  setAsking(nodeId: NodeId, asking: boolean): void;
  patch(nodeId: NodeId, patch: NodePatch): Promise<void>;
  give(nodeId: NodeId, owner: { id: PersonId; name: string } | null): Promise<void>;
  setScheduling(nodeId: NodeId, scheduling: NodeDocument['scheduling']): Promise<void>;
  remove(nodeId: NodeId): Promise<void>;
  noticeClone(nodeId: NodeId): void;

  connected(nodeId: NodeId, instanceId: string, address: string): void;
  disconnected(nodeId: NodeId, instanceId: string): void;
  heard(nodeId: NodeId): void;
  takeStatus(nodeId: NodeId, status: StatusMessage): void;
  takeMetrics(nodeId: NodeId, metrics: Metrics): void;
  takeInventory(nodeId: NodeId, message: InventoryMessage): Promise<void>;
  setBenchmarking(nodeId: NodeId, benchmarking: boolean): void;
  /** It was told to send metrics so often. */
  setPace(nodeId: NodeId, paceMs: number): void;

  start(): void;
  stop(): Promise<void>;
}

export async function createNodeRegistry(options: {
  collection: Collection<NodeDocument>;
  logger: Logger;
  now: () => number;
  /** Tells whoever is concerned; never throws. */
  announce: Events<NodeEvents>['emit'];
}): Promise<NodeRegistry> {
  const { collection, logger, now, announce } = options;
  const states = new Map<NodeId, NodeState>();
  for (const document of await collection.all()) states.set(document.id, restoredState(document, now()));
  const kept = createKeptNodes({ collection, stored: states.keys(), logger });
  let sweeper: ReturnType<typeof setInterval> | undefined;
  let keeper: ReturnType<typeof setInterval> | undefined;

  function require(nodeId: NodeId): NodeState {
    const state = states.get(nodeId);
    if (state === undefined) throw new MeshdeckError('not-found', `There is no machine ${nodeId}.`);
    return state;
  }

  async function save(state: NodeState, change: Partial<NodeDocument>): Promise<void> {
    if (await kept.change(state, change)) announce('changed', state.document.id);
  }

  function setPresence(state: NodeState, presence: 'active' | 'lost', reason: LostReason | null): void {
    if (state.presence === presence) return;
    state.presence = presence;
    state.presenceSince = now();
    state.lostReason = reason;
    const { id, name, membership } = state.document;
    logger.info({ node: id, name, presence, reason }, 'presence changed');
    if (presence === 'lost') {
      state.benchmarking = false;
      announce('lost', id, reason ?? 'silent');
    } else if (membership === 'joined') {
      announce('active', id);
    }
    announce('changed', id);
  }

  /** Whoever was just told to say more gets the time to do so. */
  const isSilent = ({ lastHeartbeatAt, pace }: NodeState, at: number): boolean =>
    at - Math.max(lastHeartbeatAt ?? 0, pace.since) > silenceMs(pace.ms);

  let lastSweepAt = now();
  function sweep(): void {
    const at = now();
    // A hub that itself stood still has not listened: give everybody a fresh chance to be heard.
    const stoodStill = at - lastSweepAt > 1_000;
    lastSweepAt = at;
    for (const state of states.values()) {
      // A pending machine has no heartbeats to send yet; the broker's keep-alive watches its connection.
      if (state.presence !== 'active' || state.document.membership !== 'joined') continue;
      if (stoodStill) state.lastHeartbeatAt = at;
      else if (isSilent(state, at)) setPresence(state, 'lost', 'silent');
    }
  }

  function heard(nodeId: NodeId): void {
    const state = states.get(nodeId);
    if (state === undefined) return;
    state.lastHeartbeatAt = now();
    // What it was told is a thing of the past: a clock that is set back must not make it one of the future.
    if (state.pace.since !== 0) state.pace = { ms: state.pace.ms, since: 0 };
    if (state.instanceId !== null && !state.saidGoodbye) setPresence(state, 'active', null);
  }

  return {
    states: () => [...states.values()],
    state: (nodeId) => states.get(nodeId),
    membershipOf(nodeId) {
      const membership = states.get(nodeId)?.document.membership;
      return membership === 'joined' || membership === 'pending' ? membership : 'none';
    },

    async introduce(nodeId, fingerprint, address, hello) {
      const known = states.get(nodeId);
      const state =
        known ??
        restoredState(
          {
            id: nodeId,
            fingerprint,
            name: hello.name,
            nameIsChosen: false,
            labels: hello.labels ?? {},
            labelsAreChosen: false,
            membership: 'pending',
            scheduling: 'open',
            version: hello.version,
            platform: hello.platform,
            address,
            slotsTotal: hello.slots ?? 0,
            firstSeenAt: now(),
            joinedAt: null,
            lastHeartbeatAt: null,
            inventory: null,
            benchmark: null,
          },
          now(),
        );
      states.set(nodeId, state);
      await save(state, {
        name: state.document.nameIsChosen ? state.document.name : hello.name,
        labels: state.document.labelsAreChosen
          ? state.document.labels
          : (hello.labels ?? state.document.labels),
        version: hello.version,
        platform: hello.platform,
        slotsTotal: hello.slots ?? state.document.slotsTotal,
        prefetch: hello.prefetch ?? state.document.prefetch ?? 0,
        address,
      });
      if (known === undefined) logger.info({ node: nodeId, name: hello.name, address }, 'machine found');
      return state;
    },

    async setMembership(nodeId, membership) {
      const state = require(nodeId);
      const joinedAt = membership === 'joined' ? (state.document.joinedAt ?? now()) : null;
      if (membership === 'joined') state.lastHeartbeatAt = now();
      await save(state, { membership, joinedAt });
      logger.info({ node: nodeId, name: state.document.name, membership }, 'membership changed');
      if (membership === 'joined' && state.presence === 'active') announce('active', nodeId);
    },

    setAsking(nodeId, asking) {
      const state = states.get(nodeId);
      if (state?.document.membership !== 'pending') return;
      if (asking) state.lastHeartbeatAt = now();
      setPresence(state, asking ? 'active' : 'lost', asking ? null : 'connection-lost');
      announce('changed', nodeId);
    },

    async patch(nodeId, patch) {
      const state = require(nodeId);
      await save(state, {
        ...(patch.name !== undefined && { name: patch.name, nameIsChosen: true }),
        ...(patch.labels !== undefined && { labels: patch.labels, labelsAreChosen: true }),
      });
    },

    give: (nodeId, owner) => save(require(nodeId), { owner }),
    setScheduling: (nodeId, scheduling) => save(require(nodeId), { scheduling }),

    async remove(nodeId) {
      const state = require(nodeId);
      setPresence(state, 'lost', 'stopped');
      states.delete(nodeId);
      await kept.remove(nodeId);
      logger.info({ node: nodeId, name: state.document.name }, 'machine removed');
      announce('removed', nodeId);
    },

    noticeClone(nodeId) {
      const state = require(nodeId);
      state.clonedAt = now();
      logger.warn({ node: nodeId, name: state.document.name }, 'two live agents share one identity');
      announce('changed', nodeId);
    },

    connected(nodeId, instanceId, address) {
      const state = states.get(nodeId);
      if (state === undefined) return;
      state.instanceId = instanceId;
      state.saidGoodbye = false;
      state.pace = { ms: usualPaceMs, since: 0 };
      state.sendsMetrics = false;
      if (state.document.address !== address) state.document = { ...state.document, address };
      heard(nodeId);
    },

    disconnected(nodeId, instanceId) {
      const state = states.get(nodeId);
      // The connection of an older process may end after the next one has come.
      if (state === undefined || state.instanceId !== instanceId) return;
      state.instanceId = null;
      setPresence(state, 'lost', state.saidGoodbye ? 'stopped' : 'connection-lost');
      kept.left(state);
    },

    heard,

    takeStatus(nodeId, status) {
      const state = states.get(nodeId);
      if (state === undefined || status.instanceId !== state.instanceId) return;
      if (status.state === 'offline' && status.reason === 'stopped') {
        state.saidGoodbye = true;
        setPresence(state, 'lost', 'stopped');
      }
    },

    takeMetrics(nodeId, metrics) {
      const state = states.get(nodeId);
      if (state === undefined) return;
      state.sendsMetrics = true;
      state.metrics = metrics;
      state.metricsAt = now();
      state.clockSamples = addClockSample(state.clockSamples, metrics.ts, state.metricsAt);
      announce('changed', nodeId);
    },

    async takeInventory(nodeId, { inventory, benchmark }) {
      const state = states.get(nodeId);
      if (state === undefined) return;
      if (benchmark !== null) state.benchmarking = false;
      await save(state, { inventory, benchmark: benchmark ?? state.document.benchmark });
    },

    setBenchmarking(nodeId, benchmarking) {
      require(nodeId).benchmarking = benchmarking;
      announce('changed', nodeId);
    },

    setPace(nodeId, paceMs) {
      const state = states.get(nodeId);
      if (state !== undefined) state.pace = { ms: paceMs, since: now() };
    },

    start() {
      lastSweepAt = now();
      sweeper = setInterval(sweep, sweepMs);
      keeper = setInterval(() => void kept.heard([...states.values()]), keepHeardMs).unref();
    },
    async stop() {
      clearInterval(sweeper);
      clearInterval(keeper);
      await kept.stop(states.values());
    },
  };
}
