import { capacitySteps, doneAt } from './capacity.js';
import type { JobSpec, MachineSpec, Scenario } from './scenario.js';

/** What a job costs on one slot of a machine with nothing else on it, in ms. */
interface Cost {
  /** Its table has to come over the network; the model may be there. This holds a slot but takes no CPU. */
  fetchMs: number;
  /** Paid once at least, however the table is cut. */
  overheadMs: number;
  rowsMs: number;
}

type CostOn = (job: JobSpec, machine: MachineSpec) => Cost | null;

function costsOf(scenario: Scenario): CostOn {
  const models = new Map(scenario.models.map((model) => [model.id, model]));
  return (job, { id, bytesPerSecond }) => {
    const speed = models.get(job.model)?.speeds[id];
    if (speed === undefined) return null;
    return {
      fetchMs: (1000 * job.bytes) / bytesPerSecond,
      overheadMs: speed.overheadMs,
      rowsMs: (1000 * job.rows) / speed.rowsPerSecond,
    };
  };
}

/**
 * How much of fetching counts as work of the slot that waits for it: 0, or 1. A slot that fetches does nothing else,
 * so with 1 a machine gives all its slots; but fetching may fall into the time when others use the CPU, so what they
 * take cannot be deducted as well. Each is true for each machine by itself.
 */
type FetchShare = (machine: MachineSpec) => number;

const fetchShares: readonly FetchShare[] = [() => 0, ({ loads }) => (loads.length === 0 ? 1 : 0), () => 1];

/** How fast machines are beside each other, over all jobs. Any positive weights give a true bound. */
function weightsOf({ machines, jobs }: Scenario, costOn: CostOn, share: FetchShare): Map<string, number> {
  return new Map(
    machines.map((machine) => {
      const logs = jobs.flatMap((job) => {
        const cost = costOn(job, machine);
        return cost === null ? [] : [Math.log((share(machine) * cost.fetchMs + cost.rowsMs) / job.rows)];
      });
      return [machine.id, Math.exp(-logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length))];
    }),
  );
}

/** All work over all that the mesh can do, for the work that comes in from any moment on. */
function areaBoundMs(scenario: Scenario, costOn: CostOn, share: FetchShare): number {
  const { machines, jobs } = scenario;
  const weights = weightsOf(scenario, costOn, share);
  const weight = (id: string) => weights.get(id) ?? 1;
  const steps = capacitySteps(machines, weight, (machine, load) =>
    // With every slot at work a fair scheduler gives us 1 / (1 + load) of the machine.
    share(machine) === 1 ? machine.slots : machine.slots / (1 + load),
  );
  const least = (job: JobSpec, of: (cost: Cost, machine: MachineSpec) => number) =>
    machines.reduce((best, machine) => {
      const cost = costOn(job, machine);
      return cost === null ? best : Math.min(best, weight(machine.id) * of(cost, machine));
    }, Infinity);
  const rows = ({ fetchMs, rowsMs }: Cost, machine: MachineSpec) => share(machine) * fetchMs + rowsMs;
  let bound = 0;
  let work = 0;
  for (const job of [...jobs].sort((a, b) => b.at - a.at)) {
    // The parts of a split job may run anywhere, so its rows and its start each count where they cost least.
    work += job.sharded
      ? least(job, rows) + least(job, ({ overheadMs }) => overheadMs)
      : least(job, (cost, machine) => rows(cost, machine) + cost.overheadMs);
    bound = Math.max(bound, doneAt(steps, job.at, work));
  }
  return bound;
}

/** The end of a job that is not cut, were it alone on the machine that ends it first. */
function aloneMs(job: JobSpec, { machines }: Scenario, costOn: CostOn): number {
  return machines.reduce((best, machine) => {
    const cost = costOn(job, machine);
    if (cost === null) return best;
    const steps = capacitySteps(
      [machine],
      () => 1,
      ({ slots }, load) => 1 / Math.max(1, load + 1 / slots),
    );
    return Math.min(best, doneAt(steps, job.at + cost.fetchMs, cost.overheadMs + cost.rowsMs));
  }, Infinity);
}

/**
 * No schedule ends before this, in ms: the greatest of all work over the whole mesh, for the work that comes in from
 * any moment on, and each whole job by itself on the machine that ends it first. Counted are starts (once a job), the
 * transfer of tables, and what other users take; models and outages count as nothing. Jobs that may be cut are taken
 * to divide without end.
 */
export function lowerBoundMs(scenario: Scenario): number {
  const costOn = costsOf(scenario);
  const areas = fetchShares.map((share) => areaBoundMs(scenario, costOn, share));
  const whole = scenario.jobs.filter(({ sharded }) => !sharded);
  return Math.max(...areas, ...whole.map((job) => aloneMs(job, scenario, costOn)));
}
