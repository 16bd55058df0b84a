import type { Decision } from '@meshdeck/shared';
import { filters } from '../../broker/src/placement/filters.js';
import { place } from '../../broker/src/placement/place.js';
import type { MachineSnapshot, TaskNeeds } from '../../broker/src/placement/snapshot.js';
import type { Random } from './random.js';

/** What a policy sees of one task's turn. */
export interface Turn {
  machines: readonly MachineSnapshot[];
  task: TaskNeeds;
  at: number;
  /** Of a sharded job. */
  part: boolean;
  /** It has not waited by choice for too long. */
  mayWait: boolean;
  /** `backlogMs` of what else is queued. */
  waitingMs: () => number;
}

/** The machine that gets the task, or null to wait; by choice though a free one should finish in `freeMs`. */
export type Policy = (turn: Turn) => { chosenNodeId: string | null; freeMs: number | null };

type Choose = (eligible: readonly MachineSnapshot[]) => MachineSnapshot | undefined;

/** A simple policy picks among the same machines as ours: those that no filter rejects. */
function among(choose: Choose): Policy {
  return ({ machines, task }) => {
    const eligible = machines.filter((machine) => filters.every((filter) => filter(machine, task) === null));
    return { chosenNodeId: choose(eligible)?.id ?? null, freeMs: null };
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

const placedBy =
  (decide: (turn: Turn, context: { at: number; task: number; attempt: number }) => Decision): Policy =>
  (turn) => {
    const decision = decide(turn, { at: turn.at, task: 0, attempt: 1 });
    const { chosenNodeId, waitsForNodeId, candidates } = decision;
    const free = waitsForNodeId == null ? undefined : candidates.find(({ rank }) => rank === 1);
    return { chosenNodeId, freeMs: free?.prediction?.finishMs ?? null };
  };

/** By name: the simple ones, then the hub's own code as it is. */
export const policies = {
  'first-in-list': () => among(([first]) => first),
  random: (random: Random) => among((eligible) => eligible[random.integer(0, eligible.length - 1)]),
  'round-robin': roundRobin,
  'least-loaded': leastLoaded,
  score: () => placedBy(({ machines, task }, context) => place(machines, task, context, { policy: 'score' })),
  /** By predicted finish, a free machine taken at once. */
  'predicted-now': () => placedBy(({ machines, task }, context) => place(machines, task, context)),
  /** By predicted finish, waiting for a fast machine where that is sooner. */
  'predicted-finish': () =>
    placedBy(({ machines, task, part, mayWait, waitingMs }, context) =>
      place(machines, task, context, { delayScheduling: mayWait ? { waitingMs, part } : null }),
    ),
} satisfies Record<string, (random: Random) => Policy>;

export type PolicyName = keyof typeof policies;
export const policyNames = Object.keys(policies) as PolicyName[];
