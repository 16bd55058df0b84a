import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { JobDocument, TaskDocument } from '../job-document.js';
import { goesAlong } from './run-orders.js';

/**
 * The machines during one look at the queue. Tasks that ask for the same see the same machines, with what the look
 * itself has placed on them: a thousand small tasks do not ask a thousand times.
 */
export interface SeenMachines {
  /** `needs` stands for what the task asks for. */
  of(needs: string, job: JobDocument, task: TaskDocument): readonly MachineSnapshot[];
  placedOn(nodeId: string | null): void;
}

export function createSeenMachines(
  look: (job: JobDocument, task: TaskDocument) => readonly MachineSnapshot[],
): SeenMachines {
  const seen = new Map<string, readonly MachineSnapshot[]>();
  return {
    of(needs, job, task) {
      const input = task.shard?.file ?? job.input;
      const key = goesAlong(input) ? needs : `${needs} ${input.sha256}`;
      const known = seen.get(key) ?? look(job, task);
      seen.set(key, known);
      return known;
    },
    placedOn(nodeId) {
      for (const [key, machines] of seen) {
        const chosen = machines.find(({ id }) => id === nodeId);
        if (chosen === undefined) continue;
        const { slotsBusy, slotsTotal, placedSinceHeartbeat } = chosen;
        // When it will come free is worked out anew once it is full.
        if (slotsBusy + 1 >= slotsTotal) seen.delete(key);
        else {
          const busier = {
            ...chosen,
            slotsBusy: slotsBusy + 1,
            placedSinceHeartbeat: placedSinceHeartbeat + 1,
          };
          seen.set(
            key,
            machines.map((machine) => (machine === chosen ? busier : machine)),
          );
        }
      }
    },
  };
}
