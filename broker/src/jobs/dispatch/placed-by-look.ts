import type { NodeId } from '@meshdeck/shared';
import { slotsFreeInMs } from '../../placement/queue-ahead.js';
import type { MachineSnapshot } from '../../placement/snapshot.js';

/** What one look at the queue has placed, which the capacity ledger does not know yet. */
export interface PlacedByLook {
  /** `finishMs`: what was predicted for the task; null: unknown. */
  add(nodeId: NodeId, finishMs: number | null): void;
  /** The machine with what was placed on it, and, where that fills it, when it comes free. */
  on(machine: MachineSnapshot): MachineSnapshot;
  nodes(): Iterable<NodeId>;
}

/** @param remainingOn for each attempt on a machine before this look, what it still needs, in ms */
export function createPlacedByLook(
  remainingOn: (nodeId: NodeId) => readonly (number | null)[],
): PlacedByLook {
  const placed = new Map<NodeId, (number | null)[]>();
  return {
    add(nodeId, finishMs) {
      const here = placed.get(nodeId);
      if (here === undefined) placed.set(nodeId, [finishMs]);
      else here.push(finishMs);
    },
    on(machine) {
      const here = placed.get(machine.id);
      if (here === undefined) return machine;
      const slotsBusy = machine.slotsBusy + here.length;
      const placedSinceHeartbeat = machine.placedSinceHeartbeat + here.length;
      if (slotsBusy < machine.slotsTotal) return { ...machine, slotsBusy, placedSinceHeartbeat };
      const freeInMs = slotsFreeInMs(machine.slotsTotal, [...remainingOn(machine.id), ...here]);
      const { slotsFreeInMs: _before, ...rest } = machine;
      return {
        ...rest,
        slotsBusy,
        placedSinceHeartbeat,
        ...(freeInMs !== undefined && { slotsFreeInMs: freeInMs }),
      };
    },
    nodes: () => placed.keys(),
  };
}
