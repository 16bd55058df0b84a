import type { JobSpec, MachineSpec, Scenario } from './scenario.js';

/** How fast machines are beside each other: the weights of the bound. Any positive ones give a true bound. */
function weights(scenario: Scenario): Map<string, number> {
  return new Map(
    scenario.machines.map(({ id }) => {
      const logs = scenario.models.map((model) => Math.log(model.speeds[id]?.rowsPerSecond ?? 1));
      return [id, Math.exp(logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length))];
    }),
  );
}

/** Steps in what the mesh can do: from `at` on, `speed` weighted slots. */
function capacitySteps(
  machines: readonly MachineSpec[],
  weight: Map<string, number>,
): { at: number; speed: number }[] {
  const changes = machines.flatMap(({ id, slots, loads }) => {
    let before = 0;
    return [{ at: 0, share: 0 }, ...loads].map(({ at, share }) => {
      // With every slot at work a fair scheduler gives us 1 / (1 + share) of the machine.
      const speed = ((weight.get(id) ?? 0) * slots) / (1 + share);
      const change = { at, by: speed - before };
      before = speed;
      return change;
    });
  });
  changes.sort((a, b) => a.at - b.at);
  const steps: { at: number; speed: number }[] = [];
  let speed = 0;
  for (const { at, by } of changes) {
    speed += by;
    if (steps.at(-1)?.at === at) steps.pop();
    steps.push({ at, speed });
  }
  return steps;
}

/** When the mesh, never idle from `from` on, has done `work`. */
function doneAt(steps: readonly { at: number; speed: number }[], from: number, work: number): number {
  let left = work;
  for (const [index, { at, speed }] of steps.entries()) {
    const start = Math.max(at, from);
    const end = steps[index + 1]?.at ?? Infinity;
    if (end <= start) continue;
    if (left <= (end - start) * speed) return start + left / speed;
    left -= (end - start) * speed;
  }
  return Infinity;
}

/** Least time of the job's rows on one slot, in ms, each machine's time multiplied by `weight`. */
function leastMs(job: JobSpec, scenario: Scenario, weight: (machineId: string) => number): number {
  const speeds = scenario.models.find(({ id }) => id === job.model)?.speeds ?? {};
  const times = Object.entries(speeds).map(
    ([id, speed]) => (weight(id) * 1000 * job.rows) / speed.rowsPerSecond,
  );
  return Math.min(...times);
}

/**
 * No schedule ends before this, in ms. The greater of: all work over the speed of all machines together, other users'
 * share taken off, for the work that comes in from any moment on; and the longest job that is not sharded on the
 * fastest machine. Starts, transfers and outages count as nothing.
 */
export function lowerBoundMs(scenario: Scenario): number {
  const weight = weights(scenario);
  const steps = capacitySteps(scenario.machines, weight);
  let bound = 0;
  let work = 0;
  for (const job of [...scenario.jobs].sort((a, b) => b.at - a.at)) {
    work += leastMs(job, scenario, (id) => weight.get(id) ?? 1);
    bound = Math.max(bound, doneAt(steps, job.at, work));
    if (!job.sharded) bound = Math.max(bound, job.at + leastMs(job, scenario, () => 1));
  }
  return bound;
}
