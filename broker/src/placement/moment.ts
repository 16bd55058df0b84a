import type { NodeId } from '@meshdeck/shared';
import type { KeptMoment } from './kept-moment.js';
import { createMachineIndex } from './machine-index.js';
import type { PlacementContext, PlacementOptions } from './place.js';
import { recorded, type RecordedDecision } from './recorded-decision.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/**
 * The machines as one model's tasks see them for a while, with all that changes meanwhile: many decisions share it, and so
 * does what is kept to make their tables again.
 */
export interface Moment extends KeptMoment {
  has(nodeId: NodeId): boolean;
  /** What is known now of a machine that was there when it began. */
  put(machine: MachineSnapshot): void;
  hasFreeSlot(rows: number | null): boolean;
  canPlace(task: TaskNeeds): boolean;
  decide(task: TaskNeeds, context: PlacementContext, options?: PlacementOptions): RecordedDecision;
  /** Nothing is decided in it any more. */
  end(): void;
}

export function createMoment(from: {
  /** Unix ms */
  at: number;
  machines: readonly MachineSnapshot[];
  /** The moment that its decisions name; `isOwn` false: an earlier one, since this one is not kept. */
  named: () => { id: string; isOwn: boolean };
  ended: (moment: KeptMoment) => void;
}): Moment {
  const { at } = from;
  const index = createMachineIndex(from.machines);
  const machines = [...index.machines];
  const changes: [number, MachineSnapshot][] = [];

  return {
    ...{ at, machines, changes },
    has: (nodeId) => index.placeOf(nodeId) !== undefined,
    put(machine) {
      const place = index.placeOf(machine.id);
      if (place === undefined) return;
      changes.push([place, machine]);
      index.put(place, machine);
    },
    hasFreeSlot: index.hasFreeSlot,
    canPlace: index.canPlace,
    decide(task, context, options = {}) {
      return recorded(index.place, {
        ...{ task, context, options },
        moment() {
          const { id, isOwn } = from.named();
          return { id, changes: isOwn ? changes.length : null };
        },
      });
    },
    end() {
      from.ended({ at, machines, changes });
    },
  };
}
