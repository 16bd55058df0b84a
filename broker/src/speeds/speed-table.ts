import type { SpeedPrediction } from '../placement/snapshot.js';
import { fitRuns, type Run, type Speed } from './fit-runs.js';
import { median } from './weighted-median.js';

/** The runs of one model on one machine, oldest first. */
export interface SpeedEntry {
  bundleSha256: string;
  nodeId: string;
  machineClass: string;
  eventsPerSecond: number | null;
  runs: Run[];
  /** Unix ms of the newest. */
  updatedAt: number;
}

export interface MachineIdentity {
  nodeId: string;
  /** Machines that say the same run at the same speed: CPU model and cores. */
  machineClass: string;
  /** The benchmark's figure for one slot: of all cores, divided by the slots. Null before the first benchmark. */
  eventsPerSecond: number | null;
}

/** What is known of speeds, in memory: no clock, no disk. */
export interface SpeedTable {
  /** The changed entry, and the one that had to make room for it. Null where the run says nothing. */
  record(run: MachineIdentity & Run & { bundleSha256: string; at: number }): {
    entry: SpeedEntry;
    evicted: SpeedEntry | null;
  } | null;
  predict(query: MachineIdentity & { bundleSha256: string }): SpeedPrediction | null;
  size(): number;
}

/** More would only be forgotten by the decay: the 16th counts 3 % of the newest. */
const runsKept = 16;

interface Known {
  entry: SpeedEntry;
  speed: SpeedPrediction | null;
}

/** One model on all the machines that ran it. */
interface ModelSpeeds {
  machines: Map<string, Known>;
  /** Worked out when asked for, and again after the next run. */
  shared: { classes: Map<string, SpeedPrediction>; perEvent: Speed | null } | null;
}

function merged(speeds: readonly Speed[]): Speed | null {
  if (speeds.length === 0) return null;
  return {
    rowsPerSecond: median(speeds.map(({ rowsPerSecond }) => rowsPerSecond)),
    overheadMs: median(speeds.map(({ overheadMs }) => overheadMs)),
  };
}

/** A machine of another speed runs everything faster or slower by the ratio of the benchmarks, overhead included. */
function scaled(speed: Speed, ratio: number): Speed {
  return { rowsPerSecond: speed.rowsPerSecond * ratio, overheadMs: speed.overheadMs / ratio };
}

/** What the runs of one model tell of machines that have not run it. */
function shareOut(known: readonly Known[]): NonNullable<ModelSpeeds['shared']> {
  const fitted = known.flatMap(({ entry, speed }) => (speed === null ? [] : [{ entry, speed }]));
  const byClass = new Map<string, Speed[]>();
  for (const { entry, speed } of fitted) {
    byClass.set(entry.machineClass, [...(byClass.get(entry.machineClass) ?? []), speed]);
  }
  const classes = new Map<string, SpeedPrediction>();
  for (const [name, speeds] of byClass) {
    const speed = merged(speeds);
    if (speed !== null) classes.set(name, { ...speed, basis: 'class' });
  }
  const perEvent = merged(
    fitted.flatMap(({ entry: { eventsPerSecond }, speed }) =>
      eventsPerSecond === null || eventsPerSecond <= 0 ? [] : [scaled(speed, 1 / eventsPerSecond)],
    ),
  );
  return { classes, perEvent };
}

/** Past `maxEntries` the one that was not used for longest goes. */
export function createSpeedTable(options: {
  entries?: Iterable<SpeedEntry>;
  maxEntries?: number;
}): SpeedTable {
  const { maxEntries = 5000 } = options;
  const models = new Map<string, ModelSpeeds>();
  /** Least recently taught first. */
  const order = new Map<string, SpeedEntry>();
  const key = (entry: { bundleSha256: string; nodeId: string }) => `${entry.bundleSha256}/${entry.nodeId}`;

  function evictOldest(): SpeedEntry | null {
    const oldest = order.size > maxEntries ? order.values().next().value : undefined;
    if (oldest === undefined) return null;
    order.delete(key(oldest));
    const model = models.get(oldest.bundleSha256);
    model?.machines.delete(oldest.nodeId);
    if (model?.machines.size === 0) models.delete(oldest.bundleSha256);
    return oldest;
  }

  function put(entry: SpeedEntry): SpeedEntry | null {
    const machines = models.get(entry.bundleSha256)?.machines ?? new Map<string, Known>();
    const fitted = fitRuns(entry.runs);
    machines.set(entry.nodeId, { entry, speed: fitted && { ...fitted, basis: 'machine' } });
    models.set(entry.bundleSha256, { machines, shared: null });
    order.delete(key(entry));
    order.set(key(entry), entry);
    return evictOldest();
  }

  for (const entry of [...(options.entries ?? [])].sort((a, b) => a.updatedAt - b.updatedAt)) put(entry);

  return {
    record({ at, rows, runMs, ...identity }) {
      if (!(rows > 0) || !(runMs > 0) || !Number.isFinite(runMs)) return null;
      const before = models.get(identity.bundleSha256)?.machines.get(identity.nodeId)?.entry;
      const { bundleSha256, nodeId, machineClass, eventsPerSecond } = identity;
      // Another machine class under the same id is another machine: what the old one did says nothing.
      const known = before?.machineClass === machineClass ? before.runs : [];
      const runs = [...known, { rows, runMs }].slice(-runsKept);
      const entry = { bundleSha256, nodeId, machineClass, eventsPerSecond, runs, updatedAt: at };
      return { entry, evicted: put(entry) };
    },

    predict({ bundleSha256, nodeId, machineClass, eventsPerSecond }) {
      const model = models.get(bundleSha256);
      if (model === undefined) return null;
      const own = model.machines.get(nodeId);
      if (own?.speed && own.entry.machineClass === machineClass) return own.speed;
      model.shared ??= shareOut([...model.machines.values()]);
      const kin = model.shared.classes.get(machineClass);
      if (kin !== undefined) return kin;
      const { perEvent } = model.shared;
      if (perEvent === null || eventsPerSecond === null || eventsPerSecond <= 0) return null;
      return { ...scaled(perEvent, eventsPerSecond), basis: 'scaled' };
    },

    size: () => order.size,
  };
}
