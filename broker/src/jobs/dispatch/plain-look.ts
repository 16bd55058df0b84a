import type { Decision, NodeId } from '@meshdeck/shared';
import { withOrdersAhead } from '../../placement/orders-ahead.js';
import { rejectionsOf, type PlacementContext, type PlacementOptions } from '../../placement/place.js';
import type { MachineSnapshot, TaskNeeds } from '../../placement/snapshot.js';
import type { Look } from './look.js';
import { createPlacedByLook } from './placed-by-look.js';

/** How one task is placed over one snapshot; `place`, or what a simulation compares it with. */
export type PlaceTask = (
  machines: readonly MachineSnapshot[],
  needs: TaskNeeds,
  context: PlacementContext,
  options: PlacementOptions,
) => Decision;

/**
 * A look by the definition: every task is placed over a snapshot of all machines. Tasks that ask for the same share one.
 * What the hub itself looks with (`machine-views.ts`) is held against it in a test.
 */
export function createPlainLook<Job, Task extends { rows: number | null }>(options: {
  needsOf: (job: Job, task: Task) => TaskNeeds;
  /** The same for tasks that see the same machines. */
  machinesKeyOf: (job: Job, task: Task) => string;
  machinesFor: (job: Job, task: Task) => readonly MachineSnapshot[];
  remainingOn: (nodeId: NodeId) => readonly (number | null)[];
  place: PlaceTask;
}): Look<Job, Task> {
  const placed = createPlacedByLook(options.remainingOn);
  const seen = new Map<
    string,
    {
      before: readonly MachineSnapshot[];
      rows: number | null;
      machines: MachineSnapshot[];
      places: Map<NodeId, number>;
    }
  >();

  function machinesOf(job: Job, task: Task): readonly MachineSnapshot[] {
    const key = options.machinesKeyOf(job, task);
    const known = seen.get(key);
    if (known !== undefined) return known.machines;
    const before = options.machinesFor(job, task);
    const machines = before.map((machine) => withOrdersAhead(placed.on(machine), task.rows));
    const places = new Map(before.map(({ id }, at) => [id, at]));
    seen.set(key, { before, rows: task.rows, machines, places });
    return machines;
  }

  return {
    isFull: (job, task) => !machinesOf(job, task).some(({ slotsBusy, slotsTotal }) => slotsBusy < slotsTotal),
    canPlace(job, task) {
      const needs = options.needsOf(job, task);
      return machinesOf(job, task).some((machine) => rejectionsOf(machine, needs).length === 0);
    },
    decide: (job, task, context, asked = {}) =>
      options.place(machinesOf(job, task), options.needsOf(job, task), context, asked),
    placedOn(nodeId, finishMs) {
      placed.add(nodeId, finishMs);
      for (const { before, rows, machines, places } of seen.values()) {
        const at = places.get(nodeId) ?? -1;
        const machine = before[at];
        if (machine !== undefined) machines[at] = withOrdersAhead(placed.on(machine), rows);
      }
    },
  };
}
