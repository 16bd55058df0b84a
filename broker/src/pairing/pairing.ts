import {
  idFromFingerprint,
  MeshdeckError,
  type AmqpAccess,
  type HelloRequest,
  type HelloResponse,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Principal } from '../mqtt/principal.js';
import type { NodeRegistry } from '../nodes/registry.js';
import { compareCode } from './compare-code.js';
import type { JoinTokens } from './join-tokens.js';

export interface Pairing {
  hello(peer: { fingerprint: string; address: string }, request: HelloRequest): Promise<HelloResponse>;
  isJoined(fingerprint: string): boolean;
  /** For the MQTT door: who holds this key, or null where it may not come in. */
  admit(fingerprint: string, clientId: string, address: string): Principal | null;
  codeFor(nodeFingerprint: string): string;
}

/** More strangers at the door than any room holds are a flood: the list stays readable, the disk stays free. */
const maxPending = 300;

export function createPairing(options: {
  nodes: NodeRegistry;
  joinTokens: JoinTokens;
  hub: { id: string; name: string; fingerprint: string };
  mqttPort: () => number;
  /** How a joined machine takes its orders where they do not come by MQTT. */
  accessFor: (nodeId: string) => Promise<AmqpAccess | null>;
  now: () => number;
  logger: Logger;
}): Pairing {
  const { nodes, joinTokens, hub, logger } = options;

  /** Another process with this identity is connected and alive: a cloned disk, not a restart. */
  function isSecondInstance(nodeId: string, instanceId: string): boolean {
    const state = nodes.state(nodeId);
    return (
      state !== undefined &&
      state.instanceId !== null &&
      state.instanceId !== instanceId &&
      state.presence === 'active'
    );
  }

  const pendingCount = () =>
    nodes.states().filter(({ document }) => document.membership === 'pending').length;

  async function hello(
    peer: { fingerprint: string; address: string },
    request: HelloRequest,
  ): Promise<HelloResponse> {
    const nodeId = idFromFingerprint(peer.fingerprint);
    if (isSecondInstance(nodeId, request.instanceId)) {
      nodes.noticeClone(nodeId);
      throw new MeshdeckError(
        'identity-cloned',
        'Another live machine uses this identity; this disk was probably cloned. Stop this agent, delete its data folder, and start it again to give the machine an identity of its own.',
      );
    }
    const before = nodes.state(nodeId)?.document.membership;
    if (before === 'rejected') {
      throw new MeshdeckError('forbidden', `${hub.name} has turned this machine away. Ask its admin.`);
    }
    // The secret is checked before anything of the stranger is kept.
    if (request.join !== undefined && before !== 'joined') {
      await joinTokens.redeem(request.join.tokenId, request.join.secret).catch((error: unknown) => {
        logger.warn({ node: nodeId, address: peer.address, token: request.join?.tokenId }, 'token refused');
        throw error;
      });
    }
    if (before === undefined && request.join === undefined && pendingCount() >= maxPending) {
      throw new MeshdeckError(
        'forbidden',
        `${maxPending} machines wait for approval already. Approve or reject some of them first.`,
      );
    }
    await nodes.introduce(nodeId, peer.fingerprint, peer.address, request);
    if (request.join !== undefined && before !== 'joined') await nodes.setMembership(nodeId, 'joined');
    const membership = nodes.membershipOf(nodeId) === 'joined' ? 'joined' : 'pending';
    return {
      membership,
      nodeId,
      hubId: hub.id,
      hubName: hub.name,
      mqttPort: options.mqttPort(),
      code: compareCode(hub.fingerprint, peer.fingerprint),
      serverTime: options.now(),
      amqp: membership === 'joined' ? await options.accessFor(nodeId) : null,
    };
  }

  return {
    hello,
    isJoined: (fingerprint) => nodes.membershipOf(idFromFingerprint(fingerprint)) === 'joined',
    admit(fingerprint, clientId, address) {
      const nodeId = idFromFingerprint(fingerprint);
      const [claimedId, instanceId, ...rest] = clientId.split(':');
      if (claimedId !== nodeId || instanceId === undefined || rest.length > 0) return null;
      if (!/^[0-9a-f]{16}$/.test(instanceId)) return null;
      if (nodes.membershipOf(nodeId) === 'none' || isSecondInstance(nodeId, instanceId)) return null;
      return { kind: 'node', nodeId, fingerprint, instanceId, address };
    },
    codeFor: (nodeFingerprint) => compareCode(hub.fingerprint, nodeFingerprint),
  };
}
