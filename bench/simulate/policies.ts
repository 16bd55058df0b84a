import type { PlaceTask } from '../../broker/src/jobs/dispatch/plain-look.js';
import { filters } from '../../broker/src/placement/filters.js';
import { place } from '../../broker/src/placement/place.js';
import type { MachineSnapshot } from '../../broker/src/placement/snapshot.js';
import type { Random } from './random.js';

/** How one task's turn is decided: as the hub's own `place` does, or as one of the simple rules. */
export type Policy = PlaceTask;

type Choose = (eligible: readonly MachineSnapshot[]) => MachineSnapshot | undefined;

/** A simple policy picks among the same machines as ours: those that no filter rejects. */
function among(choose: Choose): Policy {
  return (machines, task, context) => {
    const eligible = machines.filter((machine) => filters.every((filter) => filter(machine, task) === null));
    const chosen = choose(eligible);
    return place(chosen === undefined ? machines : [chosen], task, context);
  };
}

function roundRobin(): Policy {
  let last = '';
  return among((eligible) => {
    const next = eligible.find(({ id }) => id > last) ?? eligible[0];
    last = next?.id ?? last;
    return next;
  });
}

function leastLoaded(): Policy {
  const used = ({ slotsBusy, slotsTotal }: MachineSnapshot) => slotsBusy / slotsTotal;
  return among((eligible) =>
    eligible.reduce<MachineSnapshot | undefined>(
      (best, machine) =>
        best === undefined ||
        used(machine) < used(best) ||
        (used(machine) === used(best) && (machine.freeCpuPercent ?? 0) > (best.freeCpuPercent ?? 0))
          ? machine
          : best,
      undefined,
    ),
  );
}

/** By name: the simple ones, then the hub's own code as it is. */
export const policies = {
  'first-in-list': () => among(([first]) => first),
  random: (random: Random) => among((eligible) => eligible[random.integer(0, eligible.length - 1)]),
  'round-robin': roundRobin,
  'least-loaded': leastLoaded,
  score: () => (machines, task, context) => place(machines, task, context, { policy: 'score' }),
  /** By predicted finish, a free machine taken at once. */
  'predicted-now': () => (machines, task, context) => place(machines, task, context),
  /** By predicted finish, waiting for a fast machine where that is sooner. */
  'predicted-finish': () => place,
} satisfies Record<string, (random: Random) => Policy>;

export type PolicyName = keyof typeof policies;
export const policyNames = Object.keys(policies) as PolicyName[];
