import type { MachineSpec } from './scenario.js';

/** From `at` on the mesh does `speed` ms of weighted slot time in a ms. */
export interface CapacityStep {
  at: number;
  speed: number;
}

/** What a machine can do while others use `share` of it, in slots. */
export type SlotsAt = (machine: MachineSpec, share: number) => number;

/** Steps in what all machines together can do, each counted by its weight. */
export function capacitySteps(
  machines: readonly MachineSpec[],
  weight: (machineId: string) => number,
  slotsAt: SlotsAt,
): CapacityStep[] {
  const changes = machines.flatMap((machine) => {
    let before = 0;
    return [{ at: 0, share: 0 }, ...machine.loads].map(({ at, share }) => {
      const speed = weight(machine.id) * slotsAt(machine, share);
      const change = { at, by: speed - before };
      before = speed;
      return change;
    });
  });
  changes.sort((a, b) => a.at - b.at);
  const steps: CapacityStep[] = [];
  let speed = 0;
  for (const { at, by } of changes) {
    speed += by;
    if (steps.at(-1)?.at === at) steps.pop();
    steps.push({ at, speed });
  }
  return steps;
}

/** When `work` is done by what is never idle from `from` on. */
export function doneAt(steps: readonly CapacityStep[], from: number, work: number): number {
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
