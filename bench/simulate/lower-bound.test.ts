import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doneAt } from './capacity.js';
import { lowerBoundMs } from './lower-bound.js';
import { scenarioSchema, type JobSpec, type MachineSpec, type Scenario } from './scenario.js';

const ms = (max: number) => fc.integer({ min: 0, max });

/** Up to three machines of one slot, up to four whole jobs, models at hand everywhere: small enough to try all. */
const tiny = fc
  .record({
    machines: fc.array(
      fc.record({
        bytesPerSecond: fc.integer({ min: 100, max: 10_000 }),
        speeds: fc.array(
          fc.record({ rowsPerSecond: fc.integer({ min: 1, max: 500 }), overheadMs: ms(2000) }),
          { minLength: 2, maxLength: 2 },
        ),
        loads: fc.array(fc.record({ at: ms(5000), share: fc.constantFrom(0, 0.3, 1, 2) }), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    jobs: fc.array(
      fc.record({
        at: ms(3000),
        model: fc.constantFrom('0', '1'),
        rows: fc.integer({ min: 1, max: 500 }),
        bytes: ms(5000),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ machines, jobs }) =>
    scenarioSchema.parse({
      machines: machines.map(({ bytesPerSecond, loads }, index) => ({
        ...{ id: `m${index}`, machineClass: 'x', slots: 1, eventsPerSecond: 1, freeRamBytes: 1e9 },
        ...{ bytesPerSecond, loads: loads.sort((a, b) => a.at - b.at) },
      })),
      models: ['0', '1'].map((id) => ({
        ...{ id, bytes: 0 },
        speeds: Object.fromEntries(machines.map(({ speeds }, index) => [`m${index}`, speeds[Number(id)]])),
      })),
      jobs: jobs.map((job, index) => ({ id: `j${index}`, sharded: false, ...job })),
    }),
  );

function endOn(scenario: Scenario, machine: MachineSpec, job: JobSpec, freeAt: number): number {
  const speed = scenario.models.find(({ id }) => id === job.model)?.speeds[machine.id];
  const steps = [{ at: 0, share: 0 }, ...machine.loads].map(({ at, share }) => ({
    at,
    speed: 1 / (1 + share),
  }));
  const fetched = Math.max(freeAt, job.at) + (1000 * job.bytes) / machine.bytesPerSecond;
  return doneAt(steps, fetched, (speed?.overheadMs ?? 0) + (1000 * job.rows) / (speed?.rowsPerSecond ?? 1));
}

/** The best of all orders and assignments. */
function optimumMs(scenario: Scenario): number {
  function best(free: readonly number[], left: readonly JobSpec[]): number {
    if (left.length === 0) return Math.max(...free.map((at) => (at < 0 ? 0 : at)));
    return Math.min(
      ...left.flatMap((job) =>
        scenario.machines.map((machine, index) =>
          best(
            free.map((at, one) => (one === index ? endOn(scenario, machine, job, at) : at)),
            left.filter((other) => other !== job),
          ),
        ),
      ),
    );
  }
  return best(
    scenario.machines.map(() => 0),
    scenario.jobs,
  );
}

it('never passes the optimum of small cases', () => {
  fc.assert(
    fc.property(tiny, (scenario) => {
      expect(lowerBoundMs(scenario)).toBeLessThanOrEqual(optimumMs(scenario) * (1 + 1e-9));
    }),
    { numRuns: 300 },
  );
});

it('is still true where the jobs may be cut, which only helps', () => {
  fc.assert(
    fc.property(tiny, (scenario) => {
      const cut = { ...scenario, jobs: scenario.jobs.map((job) => ({ ...job, sharded: true })) };
      expect(lowerBoundMs(cut)).toBeLessThanOrEqual(optimumMs(scenario) * (1 + 1e-9));
    }),
  );
});

it('counts the transfer and the start of a lone job', () => {
  const scenario = scenarioSchema.parse({
    machines: [
      { id: 'a', machineClass: 'x', slots: 2, eventsPerSecond: 1, bytesPerSecond: 1000, freeRamBytes: 1e9 },
    ],
    models: [{ id: 'm', bytes: 0, speeds: { a: { rowsPerSecond: 100, overheadMs: 300 } } }],
    jobs: [{ id: 'j', at: 500, model: 'm', rows: 400, bytes: 200, sharded: false }],
  });
  expect(lowerBoundMs(scenario)).toBeCloseTo(500 + 200 + 300 + 4000);
});
