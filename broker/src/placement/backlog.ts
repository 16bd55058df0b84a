import { busy, couldTake } from './infeasibility.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** Rows/s of a task's model on all slots of the machines that may take it together; 0 while no speed is known. */
export function meshRowsPerSecond(machines: readonly MachineSnapshot[], task: TaskNeeds): number {
  let total = 0;
  for (const machine of machines) {
    const speed = machine.prediction?.rowsPerSecond ?? 0;
    if (speed > 0 && couldTake(machine, task, busy)) total += speed * machine.slotsTotal;
  }
  return total;
}

/**
 * How long the whole mesh needs for these rows, in ms: the `waitingMs` of late binding, over the rows that are queued.
 * Where no speed is known they count as nothing.
 */
export function drainMs(work: Iterable<{ rows: number; meshRowsPerSecond: number }>): number {
  let total = 0;
  for (const { rows, meshRowsPerSecond: speed } of work) if (speed > 0) total += (1000 * rows) / speed;
  return total;
}
