import {
  heldItem,
  maxHeldItems,
  type HeldItem,
  type HeldKind,
  type HoldingsMessage,
  type NodeId,
} from '@meshdeck/shared';

/** What every machine has at hand, as it said itself. */
export interface CachedItems {
  take(nodeId: NodeId, message: HoldingsMessage): void;
  /** A result proves what the machine must have had for it, before it says so itself. */
  presume(nodeId: NodeId, kind: HeldKind, sha256: string): void;
  holds(nodeId: NodeId, kind: HeldKind, sha256: string): boolean;
  forget(nodeId: NodeId): void;
}

interface CacheInventory {
  items: Set<HeldItem>;
  /** Of the newest message; null after a gap: only a full one can be made sense of. */
  sequence: number | null;
}

/** Of one machine. It tells of so many at once; what it lets go of it may tell later. */
const mostItems = 2 * maxHeldItems;

export function createCachedItems(): CachedItems {
  const machines = new Map<NodeId, CacheInventory>();
  return {
    take(nodeId, { full, sequence, added, removed }) {
      const known = machines.get(nodeId);
      if (full) {
        machines.set(nodeId, { items: new Set(added), sequence });
      } else if (known !== undefined && known.sequence !== null && sequence === known.sequence + 1) {
        known.sequence = sequence;
        for (const item of removed) known.items.delete(item);
        for (const item of added) known.items.add(item);
        // More than it could tell of at once: what it says by and by is no list of what it holds.
        if (known.items.size > mostItems) machines.set(nodeId, { items: new Set(), sequence: null });
      } else {
        machines.set(nodeId, { items: new Set(), sequence: null });
      }
    },
    presume(nodeId, kind, sha256) {
      machines.get(nodeId)?.items.add(heldItem(kind, sha256));
    },
    holds: (nodeId, kind, sha256) => machines.get(nodeId)?.items.has(heldItem(kind, sha256)) ?? false,
    forget: (nodeId) => void machines.delete(nodeId),
  };
}
