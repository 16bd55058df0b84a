import { createRandom, type Random } from './random.js';
import type { JobSpec, MachineSpec, ModelSpec, Scenario } from './scenario.js';

export interface GenerateOptions {
  machines: number;
  jobs: number;
  seed: number;
  /** `burst`: all at once; `steady`: Poisson, a little more than the mesh can do, then it drains. */
  arrivals: 'burst' | 'steady';
  /** Share of (model, machine) pairs with history. */
  known?: number;
  /** Share of machines that others use as well, now more and now less. */
  loaded?: number;
  /** Share of machines that vanish once. */
  outages?: number;
}

const speedOf = new WeakMap<MachineSpec, number>();

/** Speeds per slot follow a Pareto law: most machines are slow, a few are dozens of times faster. */
function machineOf(
  random: Random,
  index: number,
  horizonMs: number,
  { loaded = 0.4, outages = 0 }: GenerateOptions,
): MachineSpec {
  const speed = random.pareto(0.5, 25, 1.2);
  const slots = random.pick([1, 2, 2, 4, 4, 8]);
  const loads: MachineSpec['loads'] = [];
  if (random.chance(loaded)) {
    for (let at = random.exponential(20_000); at < horizonMs; at += random.exponential(30_000)) {
      loads.push({ at, share: random.chance(0.5) ? 0 : random.between(0.1, 1.2) });
    }
  }
  const lostAt = random.between(0, horizonMs / 4);
  const machine: MachineSpec = {
    id: `m${String(index).padStart(3, '0')}`,
    machineClass: `cpu-${Math.round(speed * 4)}-${slots}`,
    slots,
    // What the benchmark sees is not quite what a model gets.
    eventsPerSecond: 400 * speed * slots * Math.exp(0.2 * random.normal()),
    bytesPerSecond: random.pick([30e6, 100e6, 100e6]),
    freeRamBytes: random.pick([1e9, 4e9, 16e9]),
    loads,
    outages: random.chance(outages) ? [{ at: lostAt, backAt: lostAt + random.between(5_000, 60_000) }] : [],
    heartbeatPhaseMs: random.between(0, 2000),
  };
  speedOf.set(machine, speed);
  return machine;
}

function modelOf(random: Random, index: number, machines: readonly MachineSpec[], known: number): ModelSpec {
  const rowsPerSecond = random.pareto(300, 10_000, 0.6);
  const overheadMs = random.between(20, 200);
  return {
    id: index.toString(16).padStart(64, '0'),
    bytes: random.pareto(2e4, 5e7, 0.7),
    speeds: Object.fromEntries(
      machines.map((machine) => {
        const speed = speedOf.get(machine) ?? 1;
        return [
          machine.id,
          { rowsPerSecond: rowsPerSecond * speed, overheadMs: overheadMs / Math.sqrt(speed) },
        ];
      }),
    ),
    known: machines.filter(() => random.chance(known)).map(({ id }) => id),
  };
}

const bytesPerRow = 40;

/** Unequal machines with other users, a few models, jobs of many sizes, some of them sharded. */
export function generate(options: GenerateOptions): Scenario {
  const { seed, known = 0.7 } = options;
  const random = createRandom(seed * 7919 + options.machines);
  const horizonMs = 1_800_000;
  const machines = Array.from({ length: options.machines }, (_, index) =>
    machineOf(random, index, horizonMs, options),
  );
  const models = Array.from({ length: 5 }, (_, index) => modelOf(random, index, machines, known));
  const meshSpeed = machines.reduce((sum, machine) => sum + (speedOf.get(machine) ?? 1) * machine.slots, 0);
  const drafts = Array.from({ length: options.jobs }, (_, index) => {
    const sharded = random.chance(0.08) || index === 0;
    const share = sharded ? random.between(10_000, 40_000) * meshSpeed : 0;
    const workMs = sharded ? share : Math.min(20_000, 3_000 * Math.exp(1.2 * random.normal()));
    const model = models[random.integer(0, models.length - 1)] ?? models[0];
    const unit = machines[0];
    const base = (model?.speeds[unit?.id ?? '']?.rowsPerSecond ?? 1) / ((unit && speedOf.get(unit)) ?? 1);
    const rows = Math.max(1, Math.round((workMs / 1000) * base));
    return { model: model?.id ?? '', rows, sharded, workMs, at: random.next() };
  });
  const totalMs = drafts.reduce((sum, { workMs }) => sum + workMs, 0) / meshSpeed;
  const jobs = drafts
    .map((draft): Omit<JobSpec, 'id'> => ({
      at: options.arrivals === 'burst' ? 0 : draft.at * totalMs * 0.8,
      model: draft.model,
      rows: draft.rows,
      bytes: draft.rows * bytesPerRow,
      sharded: draft.sharded,
    }))
    .sort((a, b) => a.at - b.at)
    .map((job, index) => ({ id: `j${index}`, ...job }));
  return { seed, noise: 0.05, historyRuns: 3, machines, models, jobs };
}
