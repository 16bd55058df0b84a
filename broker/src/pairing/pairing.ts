import {
  idFromFingerprint,
  MeshdeckError,
  type AmqpAccess,
  type HelloRequest,
  type HelloResponse,
  type NodeId,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Principal } from '../mqtt/principal.js';
import type { NodeRegistry } from '../nodes/registry.js';
import { createPairingLimits } from '../rate-limits/pairing-limits.js';
import { createPairingSessions, type PairingSessions } from './pairing-sessions.js';
import type { JoinTokens } from './join-tokens.js';

export interface Pairing extends Pick<PairingSessions, 'start' | 'reveal' | 'watch' | 'codeOf' | 'stop'> {
  hello(peer: { fingerprint: string; address: string }, request: HelloRequest): Promise<HelloResponse>;
  isJoined(fingerprint: string): boolean;
  /** For the MQTT door: who holds this key, or null where it may not come in. */
  admit(fingerprint: string, clientId: string, address: string): Principal | null;
  /** @throws MeshdeckError as `PairingSessions.approve` does */
  approve(nodeId: NodeId, code: string): Promise<void>;
  reject(nodeId: NodeId): Promise<void>;
}

/** More strangers at the door than any room holds are a flood: the list stays readable, the disk stays free. */
const maxPending = 300;

export function createPairing(options: {
  nodes: NodeRegistry;
  joinTokens: JoinTokens;
  hub: { id: string; name: string; fingerprint: string };
  mqttPort: () => number;
  /** How a joined machine takes its orders where they do not come by MQTT. */
  accessFor: (nodeId: NodeId) => Promise<AmqpAccess | null>;
  now: () => number;
  logger: Logger;
}): Pairing {
  const { nodes, joinTokens, hub, logger } = options;

  const sessions = createPairingSessions({
    hub,
    limits: createPairingLimits(),
    now: options.now,
    logger,
    onPresence: nodes.setAsking,
    async onAsking({ nodeId, agentKey, address, start }) {
      if (nodes.state(nodeId) === undefined) await makeRoom(address);
      await nodes.introduce(nodeId, agentKey, address, start);
      // It has lost what it knew of us, or was told to forget: it has to be let in again.
      if (nodes.membershipOf(nodeId) === 'joined') await nodes.setMembership(nodeId, 'pending');
    },
  });

  /**
   * Whoever has given up asking makes room for whoever asks; else one from the address that most ask from, where that is
   * another: nobody keeps the others out by asking in the name of many machines.
   */
  async function makeRoom(address: string): Promise<void> {
    const pending = nodes
      .states()
      .filter(({ document }) => document.membership === 'pending')
      .sort((a, b) => a.presenceSince - b.presenceSince);
    if (pending.length < maxPending) return;
    const askingFrom = (one: string | null) =>
      pending.filter(({ document }) => document.address === one).length;
    const stale = pending.find(({ presence }) => presence === 'lost');
    const crowded = pending
      .map(({ document }) => ({ id: document.id, others: askingFrom(document.address) }))
      .sort((a, b) => b.others - a.others)[0];
    const gone =
      stale?.document.id ??
      (crowded !== undefined && crowded.others > askingFrom(address) + 1 ? crowded.id : undefined);
    if (gone !== undefined) {
      sessions.dismiss(gone);
      return nodes.remove(gone);
    }
    throw new MeshdeckError(
      'forbidden',
      `${maxPending} machines wait for approval already. Approve or reject some of them first.`,
    );
  }

  /** Another process with this identity is connected and alive: a cloned disk, not a restart. */
  function isSecondInstance(nodeId: NodeId, instanceId: string | null): boolean {
    const state = nodes.state(nodeId);
    return (
      state !== undefined &&
      state.instanceId !== null &&
      state.instanceId !== instanceId &&
      state.presence === 'active'
    );
  }

  function refuseClone(nodeId: NodeId, instanceId: string | null): void {
    if (!isSecondInstance(nodeId, instanceId)) return;
    nodes.noticeClone(nodeId);
    throw new MeshdeckError(
      'identity-cloned',
      'Another live machine uses this identity; this disk was probably cloned. Stop this agent, delete its data folder, and start it again to give the machine an identity of its own.',
    );
  }

  function refuseRejected(nodeId: NodeId): void {
    if (nodes.state(nodeId)?.document.membership !== 'rejected') return;
    throw new MeshdeckError('forbidden', `${hub.name} has turned this machine away. Ask its admin.`);
  }

  /** Hellos under way, by machine. */
  const entering = new Map<string, Promise<unknown>>();

  /**
   * One hello of a machine after the other: the one that it gave up waiting for may still be on its way in, and the next
   * must not take a second use of the token.
   */
  async function oneByOne<T>(key: string, work: () => Promise<T>): Promise<T> {
    const earlier = entering.get(key) ?? Promise.resolve();
    const own = earlier.then(work, work);
    entering.set(key, own);
    try {
      return await own;
    } finally {
      if (entering.get(key) === own) entering.delete(key);
    }
  }

  const enter: Pairing['hello'] = async (peer, request) => {
    const nodeId = idFromFingerprint(peer.fingerprint);
    refuseClone(nodeId, request.instanceId);
    refuseRejected(nodeId);
    const isIn = nodes.membershipOf(nodeId) === 'joined';
    if (!isIn && request.join === undefined) {
      throw new MeshdeckError(
        'pairing-required',
        `${hub.name} does not know this machine. It has to be approved there, or bring a join token.`,
      );
    }
    // The secret is checked before anything of the stranger is kept.
    if (!isIn && request.join !== undefined) {
      await joinTokens.redeem(request.join.tokenId, request.join.secret).catch((error: unknown) => {
        logger.warn({ node: nodeId, address: peer.address, token: request.join?.tokenId }, 'token refused');
        throw error;
      });
    }
    await nodes.introduce(nodeId, peer.fingerprint, peer.address, request);
    if (!isIn) await nodes.setMembership(nodeId, 'joined');
    return {
      nodeId,
      hubId: hub.id,
      hubName: hub.name,
      mqttPort: options.mqttPort(),
      serverTime: options.now(),
      amqp: await options.accessFor(nodeId),
    };
  };

  return {
    async start(peer, start) {
      const nodeId = idFromFingerprint(peer.fingerprint);
      refuseClone(nodeId, null);
      refuseRejected(nodeId);
      return sessions.start(peer, start);
    },
    reveal: sessions.reveal,
    watch: sessions.watch,
    codeOf: sessions.codeOf,
    stop: sessions.stop,

    async approve(nodeId, code) {
      sessions.approve(nodeId, code);
      await nodes.setMembership(nodeId, 'joined');
    },
    async reject(nodeId) {
      await nodes.setMembership(nodeId, 'rejected');
      sessions.reject(nodeId);
    },

    hello: (peer, request) => oneByOne(peer.fingerprint, () => enter(peer, request)),

    isJoined: (fingerprint) => nodes.membershipOf(idFromFingerprint(fingerprint)) === 'joined',
    admit(fingerprint, clientId, address) {
      const nodeId = idFromFingerprint(fingerprint);
      const [claimedId, instanceId, ...rest] = clientId.split(':');
      if (claimedId !== nodeId || instanceId === undefined || rest.length > 0) return null;
      if (!/^[0-9a-f]{16}$/.test(instanceId)) return null;
      if (nodes.membershipOf(nodeId) !== 'joined' || isSecondInstance(nodeId, instanceId)) return null;
      return { kind: 'node', nodeId, fingerprint, instanceId, address };
    },
  };
}
