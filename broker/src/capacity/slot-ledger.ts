import type { NodeId } from '@meshdeck/shared';

/** Something that holds slots and memory on one machine: an attempt of a job, or an app that stays up. */
export interface Reservation {
  /** Unique among all that is reserved. */
  id: string;
  nodeId: NodeId;
  slots: number;
  /** What its app says it needs; 0 where it says nothing. */
  memoryBytes: number;
  /** When it was reserved, unix ms. */
  at: number;
}

/** What the hub itself has put on one machine. Never changed in place. */
export interface NodeLoad {
  slotsBusy: number;
  memoryBytes: number;
  /** When each reservation was made, unix ms, the oldest entry first. */
  placedAt: readonly number[];
}

/**
 * What is reserved on which machine. It knows nothing of what a machine offers: whoever places compares the two.
 * Work of every kind is entered here, so that no kind can take what another holds.
 */
export interface SlotLedger {
  /** Enters it; of an id that is entered already, the newer entry replaces the older. */
  reserve(reservation: Reservation): void;
  /** False where nothing was reserved under this id. */
  release(id: string): boolean;
  /** An idle machine, or one that is not known, has a load of nothing. */
  on(nodeId: NodeId): NodeLoad;
  /** By machine; those with nothing reserved are not in it. */
  loads(): ReadonlyMap<NodeId, NodeLoad>;
  /** Told of every machine on which something else is reserved now. Gives back what ends it. */
  onChanged(listener: (nodeId: NodeId) => void): () => void;
}

const nothing: NodeLoad = { slotsBusy: 0, memoryBytes: 0, placedAt: [] };

/** An empty ledger. Entering and releasing cost what the one machine holds, however many machines there are. */
export function createSlotLedger(): SlotLedger {
  const reservations = new Map<string, Reservation>();
  const loads = new Map<NodeId, NodeLoad>();
  const listeners = new Set<(nodeId: NodeId) => void>();

  function changed(nodeId: NodeId): void {
    for (const listener of listeners) listener(nodeId);
  }

  const on = (nodeId: NodeId): NodeLoad => loads.get(nodeId) ?? nothing;

  function release(id: string): boolean {
    const entry = reservations.get(id);
    if (entry === undefined) return false;
    reservations.delete(id);
    const { slotsBusy, memoryBytes, placedAt } = on(entry.nodeId);
    if (placedAt.length === 1) loads.delete(entry.nodeId);
    else {
      loads.set(entry.nodeId, {
        slotsBusy: slotsBusy - entry.slots,
        memoryBytes: memoryBytes - entry.memoryBytes,
        placedAt: placedAt.toSpliced(placedAt.indexOf(entry.at), 1),
      });
    }
    changed(entry.nodeId);
    return true;
  }

  return {
    reserve(entry) {
      const before = reservations.get(entry.id);
      // Said again with every report of an attempt.
      if (
        before !== undefined &&
        before.nodeId === entry.nodeId &&
        before.slots === entry.slots &&
        before.memoryBytes === entry.memoryBytes &&
        before.at === entry.at
      ) {
        return;
      }
      release(entry.id);
      reservations.set(entry.id, entry);
      const { slotsBusy, memoryBytes, placedAt } = on(entry.nodeId);
      loads.set(entry.nodeId, {
        slotsBusy: slotsBusy + entry.slots,
        memoryBytes: memoryBytes + entry.memoryBytes,
        placedAt: [...placedAt, entry.at],
      });
      changed(entry.nodeId);
    },
    release,
    on,
    loads: () => loads,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
