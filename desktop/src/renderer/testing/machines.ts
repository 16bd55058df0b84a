import type { NodeView } from '@meshdeck/shared';
import { nodes } from '../live/nodes.svelte.js';

/** An active machine that takes work, but for what is said otherwise. */
export function machine(name: string, over: Partial<NodeView> = {}): NodeView {
  return {
    id: `id-of-${name}`,
    name,
    membership: 'joined',
    presence: 'active',
    lostReason: null,
    presenceSince: 1000,
    scheduling: 'open',
    labels: {},
    owner: null,
    fingerprint: 'AB:CD',
    address: '192.168.1.20',
    version: '0.1.0',
    platform: 'linux x64',
    code: null,
    codeExpiresAt: null,
    clonedIdentity: false,
    joinedAt: 1000,
    firstSeenAt: 1000,
    lastHeartbeatAt: 1000,
    slotsTotal: 2,
    slotsBusy: 0,
    benchmarking: false,
    metrics: null,
    benchmark: null,
    score: { score: 1, load: 10, performance: 0.1, thermal: 1, thermalUnknown: false },
    rank: 1,
    inventory: null,
    ...over,
  };
}

/** What the page knows of the room. */
export function knowMachines(...views: NodeView[]): void {
  nodes.loaded = true;
  nodes.put(...views);
}
