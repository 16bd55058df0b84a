import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactDecision, fewMachines } from './compact-decision.js';
import { anyMachine, anyTask } from './fixtures/any-mesh.js';
import { createMachineIndex } from './machine-index.js';
import { withOrdersAhead } from './orders-ahead.js';
import { place, type PlacementOptions } from './place.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

const context = { at: 1000, task: 0, attempt: 1 };

const anyOptions: fc.Arbitrary<PlacementOptions> = fc
  .record({
    policy: fc.constantFrom('auto', 'auto', 'score'),
    waitingMs: fc.constantFrom(null, 0, 0, 50, 10_000),
    part: fc.boolean(),
  })
  .map(({ policy, waitingMs, part }) => ({
    policy,
    delayScheduling: waitingMs === null ? null : { waitingMs: () => waitingMs, part },
  }));

type Step =
  { kind: 'put'; machine: MachineSnapshot } | { kind: 'place'; task: TaskNeeds; options: PlacementOptions };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), machine: anyMachine }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('place' as const), task: anyTask, options: anyOptions }),
  },
);

/** By the definition: the pipeline over the same machines, each with room for orders ahead. */
function byThePipeline(machines: readonly MachineSnapshot[], { task, options }: Step & { kind: 'place' }) {
  const seen = machines.map((machine) => withOrdersAhead(machine, task.rows ?? null));
  const whole = place(seen, task, context, options);
  return machines.length <= fewMachines ? whole : compactDecision(whole);
}

describe('the index of machines', () => {
  it('decides as the pipeline does over the same machines, whatever changed in between', () => {
    /** What the steps came to: a test whose tasks are never placed holds nothing. */
    const seen = {
      ...{ placed: 0, 'placed by finish': 0, waiting: 0, 'waiting by choice': 0 },
      ...{ 'ahead of its slots': 0, 'somewhere else than it failed': 0 },
    };
    fc.assert(
      fc.property(
        fc.uniqueArray(anyMachine, { selector: ({ id }) => id, maxLength: 25 }),
        fc.array(anyStep, { minLength: 1, maxLength: 40 }),
        (first, steps) => {
          const index = createMachineIndex(first);
          for (const step of steps) {
            if (step.kind === 'put') {
              const at = index.placeOf(step.machine.id);
              if (at !== undefined) index.put(at, step.machine);
              continue;
            }
            const couldPlace = index.canPlace(step.task);
            const found = index.place(step.task, context, step.options);
            if (found.candidates.some(({ rank }) => rank === 1)) expect(couldPlace).toBe(true);
            expect(found).toEqual(byThePipeline(index.machines, step));
            seen[found.outcome] += 1;
            if (found.waitsForNodeId !== null) seen['waiting by choice'] += 1;
            if (found.outcome === 'placed' && found.policy === 'predicted-finish') {
              seen['placed by finish'] += 1;
            }
            if (found.machines === undefined || found.chosenNodeId === null) continue;
            const chosen = index.machines[index.placeOf(found.chosenNodeId) ?? -1];
            if (chosen !== undefined && chosen.slotsBusy >= chosen.slotsTotal)
              seen['ahead of its slots'] += 1;
            if (found.reasons?.['failed-here-before'] !== undefined) {
              seen['somewhere else than it failed'] += 1;
            }
          }
        },
      ),
      { numRuns: 400 },
    );
    for (const [what, times] of Object.entries(seen)) expect([what, times > 5]).toEqual([what, true]);
  });

  it('knows whether any slot is free, or an order may go ahead', () => {
    fc.assert(
      fc.property(fc.array(anyMachine), fc.constantFrom(null, 10, 10_000), (machines, rows) => {
        const index = createMachineIndex(machines);
        const seen = machines.map((machine) => withOrdersAhead(machine, rows));
        const isFree = seen.some(({ slotsBusy, slotsTotal }) => slotsBusy < slotsTotal);
        expect(index.hasFreeSlot(rows)).toBe(isFree);
      }),
    );
  });
});
