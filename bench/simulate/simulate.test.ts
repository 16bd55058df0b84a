import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generate } from './generate.js';
import { lowerBoundMs } from './lower-bound.js';
import { policies, policyNames, type PolicyName } from './policies.js';
import { createRandom } from './random.js';
import type { Scenario } from './scenario.js';
import { simulate, type Outcome } from './simulate.js';

const run = (scenario: Scenario, policy: PolicyName) =>
  simulate(scenario, policies[policy](createRandom(scenario.seed)));

const anyScenario = fc
  .record({
    machines: fc.integer({ min: 1, max: 6 }),
    jobs: fc.integer({ min: 1, max: 12 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
    arrivals: fc.constantFrom('burst' as const, 'steady' as const),
    known: fc.constantFrom(0, 0.5, 1),
    outages: fc.constantFrom(0, 0.6),
  })
  .map(generate);

/** Most attempts that a machine had at any one time. */
function mostAtOnce({ lines }: Outcome, machineId: string): number {
  const changes = lines
    .filter((line) => line.machineId === machineId)
    .flatMap(({ from, to }) => [
      { at: from, by: 1 },
      { at: to, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

describe.each(policyNames)('%s', (policy) => {
  it('loses no task, doubles none, and fills no machine beyond its slots', () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        const outcome = run(scenario, policy);
        const done = outcome.lines.filter(({ how }) => how === 'done').map(({ taskId }) => taskId);
        expect(new Set(done).size).toBe(done.length);
        expect(done).toHaveLength(outcome.tasks);
        const jobs = new Set(done.map((taskId) => taskId.split('-')[0]));
        expect(jobs.size).toBe(scenario.jobs.length);
        for (const { id, slots } of scenario.machines) {
          expect(mostAtOnce(outcome, id)).toBeLessThanOrEqual(slots);
        }
        for (const { id, outages } of scenario.machines) {
          for (const { at, backAt } of outages) {
            const during = outcome.lines.filter(
              ({ machineId, from, to }) => machineId === id && from < backAt && to > at,
            );
            expect(during).toEqual([]);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('does the same for the same seed', () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        expect(run(structuredClone(scenario), policy)).toEqual(run(scenario, policy));
      }),
      { numRuns: 5 },
    );
  });
});

describe('the lower bound', () => {
  it('is below what any policy reaches, but for the noise', () => {
    fc.assert(
      fc.property(anyScenario, fc.constantFrom(...policyNames), (scenario, policy) => {
        const exact = { ...scenario, noise: 0 };
        expect(run(exact, policy).makespanMs).toBeGreaterThanOrEqual(lowerBoundMs(exact) * 0.999);
      }),
      { numRuns: 40 },
    );
  });

  it('is the work over the speed for one machine, and follows who else uses it', () => {
    const scenario: Scenario = {
      seed: 1,
      noise: 0,
      historyRuns: 0,
      machines: [
        {
          id: 'a',
          machineClass: 'x',
          slots: 2,
          eventsPerSecond: 1000,
          bytesPerSecond: 1e9,
          freeRamBytes: 4e9,
          loads: [{ at: 1000, share: 1 }],
          outages: [],
          heartbeatPhaseMs: 0,
        },
      ],
      models: [{ id: 'm', bytes: 0, speeds: { a: { rowsPerSecond: 100, overheadMs: 0 } }, known: [] }],
      jobs: [{ id: 'j', at: 0, model: 'm', rows: 400, bytes: 0, sharded: true }],
    };
    // 200 rows in the first second, then 100 a second.
    expect(lowerBoundMs(scenario)).toBeCloseTo(3000);
    expect(
      lowerBoundMs({
        ...scenario,
        jobs: [{ id: 'j', at: 0, model: 'm', rows: 400, bytes: 0, sharded: false }],
      }),
      // Alone on one of two slots: 100 rows in the first second, then 2/3 of the speed.
    ).toBeCloseTo(5500);
  });
});

it('finishes sooner by prediction than by score on unequal machines with history', () => {
  const ratios = (policy: PolicyName) =>
    [1, 2, 3, 4, 5].map((seed) => {
      const scenario = generate({ machines: 8, jobs: 25, seed, arrivals: 'steady' });
      return run(scenario, policy).makespanMs / lowerBoundMs(scenario);
    });
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  expect(sum(ratios('predicted-finish'))).toBeLessThan(sum(ratios('score')));
});
