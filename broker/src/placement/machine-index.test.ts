import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactDecision } from './compact-decision.js';
import { anyMachine, anyTask } from './fixtures/any-mesh.js';
import { createMachineIndex } from './machine-index.js';
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
  | { kind: 'put'; machine: MachineSnapshot }
  | { kind: 'remove'; id: string }
  | { kind: 'place'; task: TaskNeeds; options: PlacementOptions };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), machine: anyMachine }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), id: fc.nat(30).map((id) => `m${id}`) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('place' as const), task: anyTask, options: anyOptions }),
  },
);

describe('the index of machines', () => {
  it('decides as the pipeline does over the same machines, whatever changed in between', () => {
    /** What the steps came to: a test whose tasks are never placed holds nothing. */
    const seen = { placed: 0, 'placed by finish': 0, waiting: 0, 'waiting by choice': 0 };
    fc.assert(
      fc.property(
        fc.array(anyMachine, { maxLength: 25 }),
        fc.array(anyStep, { minLength: 1, maxLength: 40 }),
        (first, steps) => {
          const index = createMachineIndex(first);
          for (const step of steps) {
            if (step.kind === 'put') index.put(step.machine);
            else if (step.kind === 'remove') index.remove(step.id);
            else {
              const { task, options } = step;
              const found = index.place(task, context, options);
              expect(found).toEqual(compactDecision(place(index.machines(), task, context, options)));
              seen[found.outcome] += 1;
              if (found.waitsForNodeId !== null) seen['waiting by choice'] += 1;
              if (found.outcome === 'placed' && found.policy === 'predicted-finish') {
                seen['placed by finish'] += 1;
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    for (const [what, times] of Object.entries(seen)) expect([what, times > 5]).toEqual([what, true]);
  });

  it('knows whether any slot is free', () => {
    fc.assert(
      fc.property(fc.array(anyMachine), (machines) => {
        const index = createMachineIndex(machines);
        const isFree = index.machines().some(({ slotsBusy, slotsTotal }) => slotsBusy < slotsTotal);
        expect(index.hasFreeSlot()).toBe(isFree);
      }),
    );
  });
});
