import {
  assertNever,
  MeshdeckError,
  shortId,
  type NodeId,
  type NodeView,
  rankNodes,
  type Approval,
  type NodeAction,
  type NodePatch,
  type PersonId,
} from '@meshdeck/shared';
import type { SeenNode } from '../discovery/hub-discovery.js';
import type { NodeLoad } from '../capacity/slot-ledger.js';
import type { JobTransport } from '../transport/job-transport.js';
import type { Pairing } from '../pairing/pairing.js';
import { askingFirst, findNode, joinedFirst } from './find-node.js';
import { nodeView } from './node-view.js';
import type { NodeRegistry } from './registry.js';

/** `ref` everywhere is an id, an unambiguous beginning of one, or a unique name. All throw `not-found`. */
export interface NodeApi {
  list(): NodeView[];
  get(ref: string): NodeView;
  /** Somebody looks at the machines: they tell more often how they do. */
  looked(): void;
  patch(ref: string, patch: NodePatch): Promise<NodeView>;
  act(ref: string, action: NodeAction): Promise<NodeView>;
  /** @throws MeshdeckError `code-mismatch`; `conflict` where it is not asking to join */
  approve(ref: string, approval: Approval): Promise<NodeView>;
  remove(ref: string): Promise<void>;
  /** Gives the machine to a person; null: to the room. */
  give(ref: string, owner: { id: PersonId; name: string } | null): Promise<NodeView>;
}

/** A machine that is only in sight on the network, in the same shape as the others. */
function seenView(seen: SeenNode): NodeView {
  return {
    id: seen.id,
    name: seen.name,
    membership: 'seen',
    presence: 'active',
    lostReason: null,
    presenceSince: seen.firstSeenAt,
    scheduling: 'open',
    labels: {},
    owner: null,
    fingerprint: seen.fingerprint,
    address: seen.address,
    version: seen.version,
    platform: null,
    code: null,
    codeExpiresAt: null,
    clonedIdentity: false,
    joinedAt: null,
    firstSeenAt: seen.firstSeenAt,
    lastHeartbeatAt: null,
    slotsTotal: 0,
    slotsBusy: 0,
    benchmarking: false,
    metrics: null,
    benchmark: null,
    score: null,
    rank: null,
    inventory: null,
  };
}

/** The machines as people and their programs handle them. */
export function createNodeApi(options: {
  nodes: NodeRegistry;
  seen: () => SeenNode[];
  loads: () => ReadonlyMap<NodeId, NodeLoad>;
  pairing: Pick<Pairing, 'codeOf' | 'approve' | 'reject'>;
  transport: Pick<JobTransport, 'send'>;
  disconnect: (nodeId: NodeId) => void;
  looked: () => void;
  now: () => number;
}): NodeApi {
  const { nodes } = options;

  function list(): NodeView[] {
    const loads = options.loads();
    const known = nodes.states().map((state) =>
      nodeView(state, {
        now: options.now(),
        slotsBusy: loads.get(state.document.id)?.slotsBusy ?? 0,
        code: options.pairing.codeOf(state.document.id),
      }),
    );
    const ids = new Set(known.map(({ id }) => id));
    const strangers = options
      .seen()
      .filter(({ id }) => !ids.has(id))
      .map(seenView);
    return rankNodes([...known, ...strangers]);
  }

  const get = (ref: string): NodeView => findNode(list(), ref);

  /** A machine that this hub has met, not one merely in sight. */
  function met(ref: string, isPreferred = joinedFirst): NodeView {
    const view = findNode(list(), ref, isPreferred);
    if (view.membership !== 'seen') return view;
    throw new MeshdeckError(
      'conflict',
      `${view.name} is in sight but has not asked this hub to join. Start "meshdeck-node" on it, or give it a join token.`,
    );
  }

  function requireActive(view: NodeView): void {
    if (view.presence === 'active' && view.membership === 'joined') return;
    throw new MeshdeckError('conflict', `${view.name} is not active in the mesh right now.`);
  }

  return {
    list,
    get,
    looked: options.looked,
    async patch(ref, patch) {
      const { id } = met(ref);
      await nodes.patch(id, patch);
      return get(id);
    },
    async approve(ref, { code }) {
      const view = met(ref, askingFirst);
      if (view.membership === 'joined') return view;
      if (view.membership === 'rejected') {
        throw new MeshdeckError(
          'conflict',
          `${view.name} was rejected. "meshdeck nodes remove ${shortId(view.id)}" lets it ask again, with a new code.`,
        );
      }
      await options.pairing.approve(view.id, code);
      return get(view.id);
    },
    async act(ref, action) {
      const view = met(ref, action === 'reject' ? askingFirst : joinedFirst);
      const { id } = view;
      switch (action) {
        case 'reject':
          if (view.membership === 'joined') {
            throw new MeshdeckError('conflict', `${view.name} has joined already. Remove it instead.`);
          }
          await options.pairing.reject(id);
          options.disconnect(id);
          break;
        case 'cordon':
          await nodes.setScheduling(id, 'cordoned');
          break;
        case 'uncordon':
          await nodes.setScheduling(id, 'open');
          break;
        case 'drain':
          await nodes.setScheduling(id, 'draining');
          break;
        case 'benchmark':
          requireActive(view);
          nodes.setBenchmarking(id, true);
          await options.transport.send(id, { type: 'benchmark' });
          break;
        case 'refresh-inventory':
          requireActive(view);
          await options.transport.send(id, { type: 'refresh-inventory' });
          break;
        default:
          assertNever(action);
      }
      return get(id);
    },
    async give(ref, owner) {
      const { id } = met(ref);
      await nodes.give(id, owner);
      return get(id);
    },
    async remove(ref) {
      const { id } = met(ref);
      await options.transport.send(id, { type: 'removed', reason: 'The admin removed this machine.' });
      await nodes.remove(id);
      options.disconnect(id);
    },
  };
}
