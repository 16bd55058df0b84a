import type { NodeId } from '@meshdeck/shared';
import { recordOf, type ChangedMachine, type DecisionRecord } from './decision-record.js';
import { createMachineIndex } from './machine-index.js';
import type { PlacementContext, PlacementOptions } from './place.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** Heartbeats come every two seconds: what they told is as old at most. */
const longestMs = 2000;
/** Each is in the record of every later decision; past this a new moment costs less. */
const mostChanged = 80;

/** Six digits tell machines apart as well as seventeen do, and are kept in a third of the room. */
const short = (figure: number) => Number(figure.toPrecision(6));

/** Figures that are worked out have all the digits that a number can have. */
function shortened(machine: MachineSnapshot): MachineSnapshot {
  const { score, prediction, bytesPerSecond, slotUtilisation, slotsFreeInMs, freeCpuPercent } = machine;
  return {
    ...machine,
    ...(score !== null && {
      score: {
        ...score,
        score: short(score.score),
        load: short(score.load),
        performance: short(score.performance),
        thermal: short(score.thermal),
      },
    }),
    ...(prediction != null && {
      prediction: {
        ...prediction,
        rowsPerSecond: short(prediction.rowsPerSecond),
        overheadMs: short(prediction.overheadMs),
        ...(prediction.startMs !== undefined && { startMs: short(prediction.startMs) }),
      },
    }),
    ...(freeCpuPercent != null && { freeCpuPercent: short(freeCpuPercent) }),
    ...(bytesPerSecond != null && { bytesPerSecond: short(bytesPerSecond) }),
    ...(slotUtilisation !== undefined && { slotUtilisation: short(slotUtilisation) }),
    ...(slotsFreeInMs !== undefined && { slotsFreeInMs: slotsFreeInMs.map(short) }),
  };
}

/**
 * The machines as one model's tasks see them, by the heartbeats of one moment: many decisions share it, and so does what
 * is kept of them. Work changes a machine within it, heartbeats do not.
 */
export interface Moment {
  id: string;
  /** As they were when it began; the whole table of each decision is made again out of these. */
  base: readonly MachineSnapshot[];
  hasFreeSlot(): boolean;
  machine(nodeId: NodeId): MachineSnapshot | undefined;
  /** Work began or ended there: its slots, what was placed on it, when its slots come free. */
  worked(machine: Pick<MachineSnapshot, 'id' | 'slotsBusy' | 'placedSinceHeartbeat' | 'slotsFreeInMs'>): void;
  /** It is time for the next. */
  isOver(now: number): boolean;
  decide(task: TaskNeeds, context: PlacementContext, options?: PlacementOptions): DecisionRecord;
}

export function createMoment(from: {
  id: string;
  /** Unix ms */
  at: number;
  machines: readonly MachineSnapshot[];
}): Moment {
  const { id, at } = from;
  const machines = from.machines.map(shortened);
  const index = createMachineIndex(machines);
  const places = new Map(machines.map((machine, place) => [machine.id, place]));
  const changed = new Map<number, ChangedMachine>();

  return {
    id,
    base: machines,
    hasFreeSlot: index.hasFreeSlot,
    machine: index.get,
    worked({ id: nodeId, slotsBusy, placedSinceHeartbeat, slotsFreeInMs }) {
      const place = places.get(nodeId);
      const known = index.get(nodeId);
      if (place === undefined || known === undefined) return;
      const { slotsFreeInMs: _before, ...rest } = known;
      const freeInMs = slotsFreeInMs === undefined ? null : slotsFreeInMs.map(Math.round);
      changed.set(place, [place, slotsBusy, placedSinceHeartbeat, freeInMs]);
      index.put({
        ...rest,
        ...{ slotsBusy, placedSinceHeartbeat },
        ...(freeInMs !== null && { slotsFreeInMs: freeInMs }),
      });
    },
    isOver: (now) => now < at || now - at >= longestMs || changed.size >= mostChanged,
    decide(task, context, options = {}) {
      let waitingMs: number | null = null;
      const { delayScheduling = null } = options;
      const decision = index.place(task, context, {
        ...options,
        delayScheduling:
          delayScheduling === null
            ? null
            : { ...delayScheduling, waitingMs: () => (waitingMs ??= delayScheduling.waitingMs()) },
      });
      return recordOf(decision, { moment: id, task, changed: [...changed.values()], options, waitingMs });
    },
  };
}
