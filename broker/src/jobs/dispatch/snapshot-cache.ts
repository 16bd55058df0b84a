import type { NodeId } from '@meshdeck/shared';
import { slotsFreeInMs } from '../../placement/queue-ahead.js';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import { withPrefetch } from './prefetch.js';

/**
 * The machines during one look at the queue. Tasks that ask for the same see the same machines, with what the look
 * itself has placed on them: a thousand small tasks do not ask a thousand times.
 */
export interface SnapshotCache {
  /** `key` stands for what the task asks for; `look` is called where no task with it was seen yet. */
  of(key: string, rows: number | null, look: () => readonly MachineSnapshot[]): readonly MachineSnapshot[];
  /** `finishMs`: what was predicted for the task; null: unknown. */
  placedOn(nodeId: NodeId, finishMs: number | null): void;
}

interface Look {
  /** As they were when the look began. */
  before: readonly MachineSnapshot[];
  rows: number | null;
  /** As the next task sees them. */
  machines: MachineSnapshot[];
}

export function createSnapshotCache(options: {
  /** For each attempt on a machine before this look, what it still needs, in ms. */
  remainingOn: (nodeId: NodeId) => readonly (number | null)[];
  prefetchOf: (nodeId: NodeId) => number;
}): SnapshotCache {
  const looks = new Map<string, Look>();
  /** What this look has placed, by machine: the predicted time of each. */
  const placed = new Map<string, (number | null)[]>();

  /** Also works out when a machine without a free slot comes free. */
  function withPlaced(machine: MachineSnapshot): MachineSnapshot {
    const here = placed.get(machine.id);
    if (here === undefined) return machine;
    const slotsBusy = machine.slotsBusy + here.length;
    const placedSinceHeartbeat = machine.placedSinceHeartbeat + here.length;
    if (slotsBusy < machine.slotsTotal) return { ...machine, slotsBusy, placedSinceHeartbeat };
    const freeInMs = slotsFreeInMs(machine.slotsTotal, [...options.remainingOn(machine.id), ...here]);
    if (freeInMs !== undefined) {
      return { ...machine, slotsBusy, placedSinceHeartbeat, slotsFreeInMs: freeInMs };
    }
    const { slotsFreeInMs: _before, ...rest } = machine;
    return { ...rest, slotsBusy, placedSinceHeartbeat };
  }

  const seen = (machines: readonly MachineSnapshot[], rows: number | null) =>
    withPrefetch(machines.map(withPlaced), rows, options.prefetchOf);

  return {
    of(key, rows, look) {
      const known = looks.get(key);
      if (known !== undefined) return known.machines;
      const before = look();
      const machines = seen(before, rows);
      looks.set(key, { before, rows, machines });
      return machines;
    },
    placedOn(nodeId, finishMs) {
      placed.set(nodeId, [...(placed.get(nodeId) ?? []), finishMs]);
      for (const { before, rows, machines } of looks.values()) {
        const index = machines.findIndex(({ id }) => id === nodeId);
        const chosen = machines[index];
        const original = before[index];
        if (chosen === undefined || original === undefined) continue;
        const { slotsBusy, slotsTotal, placedSinceHeartbeat } = chosen;
        const stillFree = {
          ...chosen,
          slotsBusy: slotsBusy + 1,
          placedSinceHeartbeat: placedSinceHeartbeat + 1,
        };
        const [full = stillFree] = slotsBusy + 1 < slotsTotal ? [] : seen([original], rows);
        machines[index] = full;
      }
    },
  };
}
