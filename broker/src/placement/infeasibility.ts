import type { RejectionCode } from '@meshdeck/shared';
import { filters } from './filters.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** Its slots are taken: it will work on the queue all the same. */
export const busy: ReadonlySet<RejectionCode> = new Set(['no-free-slot']);
/** Its slots or its CPU are taken just now, or its first heartbeat is still to come. */
export const passing: ReadonlySet<RejectionCode> = new Set(['no-free-slot', 'score-zero', 'no-metrics']);

/** What does not pass by itself; a machine without any of these is one to wait for. */
export const permanent: ReadonlySet<RejectionCode> = new Set([
  'label-mismatch',
  'runtime-missing',
  'gpu-missing',
  'protection-short',
  'agent-too-old',
]);

/**
 * Whether the machine could take the task later if not now: none of placement's own filters rejects it for more than
 * what `ignored` names. Shard plans and ETAs ask this, so that they count on no machine that placement would refuse.
 */
export function couldTake(
  machine: MachineSnapshot,
  task: TaskNeeds,
  ignored: ReadonlySet<RejectionCode>,
): boolean {
  return filters.every((filter) => {
    const rejection = filter(machine, task);
    return rejection === null || ignored.has(rejection.code);
  });
}
