import type { MachineSnapshot } from './snapshot.js';

/** A machine is given as much ahead as its slots should work off in this time: about what an order and a report take. */
const aheadMs = 60;

/**
 * The machine with room for orders ahead: where a task takes milliseconds, the next ones wait on the machine itself, so
 * that it never waits for us. The same object where there is none.
 */
export function withOrdersAhead(machine: MachineSnapshot, rows: number | null): MachineSnapshot {
  const { prediction, slotsTotal, slotsBusy, slotUtilisation = 1, ordersAhead = 0 } = machine;
  if (ordersAhead < 1 || slotsBusy < slotsTotal || slotsTotal === 0 || rows === null) return machine;
  if (prediction === undefined || prediction === null || !(prediction.rowsPerSecond > 0)) return machine;
  const taskMs = slotUtilisation * (prediction.overheadMs + (1000 * rows) / prediction.rowsPerSecond);
  const ahead = Math.min(ordersAhead, Math.floor((slotsTotal * aheadMs) / Math.max(0.5, taskMs)));
  if (ahead < 1) return machine;
  // What keeps it busy is ours: a machine without free CPU because of it is not overloaded.
  const slotsBusyAtHeartbeat = Math.max(machine.slotsBusyAtHeartbeat ?? 0, slotsBusy + 1);
  return { ...machine, slotsTotal: slotsTotal + ahead, slotsBusyAtHeartbeat };
}
