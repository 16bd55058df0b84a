import type { NodeId } from '@meshdeck/shared';
import type { MachineSnapshot } from '../../placement/snapshot.js';

/** A machine is given as much ahead as its slots should work off in this time: about what an order and a report take. */
const aheadMs = 60;

/**
 * The machines with room for orders ahead: where a task takes milliseconds, the next ones wait on the machine itself,
 * so that it never waits for us. `prefetch` is how many a machine is ready to keep.
 */
export function withPrefetch(
  machines: readonly MachineSnapshot[],
  rows: number | null,
  prefetchOf: (nodeId: NodeId) => number,
): MachineSnapshot[] {
  return machines.map((machine) => {
    const { prediction, slotsTotal, slotsBusy, slotUtilisation = 1 } = machine;
    if (slotsBusy < slotsTotal || slotsTotal === 0 || rows === null) return machine;
    if (prediction === undefined || prediction === null || !(prediction.rowsPerSecond > 0)) return machine;
    const taskMs = slotUtilisation * (prediction.overheadMs + (1000 * rows) / prediction.rowsPerSecond);
    const ahead = Math.min(
      prefetchOf(machine.id),
      Math.floor((slotsTotal * aheadMs) / Math.max(0.5, taskMs)),
    );
    if (ahead < 1) return machine;
    // What keeps it busy is ours: a machine without free CPU because of it is not overloaded.
    const slotsBusyAtHeartbeat = Math.max(machine.slotsBusyAtHeartbeat ?? 0, slotsBusy + 1);
    return { ...machine, slotsTotal: slotsTotal + ahead, slotsBusyAtHeartbeat };
  });
}
