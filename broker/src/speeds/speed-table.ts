import type { NodeId } from '@meshdeck/shared';
import type { SpeedPrediction } from '../placement/snapshot.js';
import { fitRuns, type Run, type Speed } from './fit-runs.js';
import { median } from './weighted-median.js';

/** The runs of one model on one machine, oldest first. */
export interface SpeedEntry {
  bundleSha256: string;
  nodeId: NodeId;
  machineClass: string;
  eventsPerSecond: number | null;
  runs: Run[];
  /** What starts with nothing warm cost besides, in ms. */
  starts: number[];
  /** `predicted / real - 1` of the finishes that were predicted. */
  errors: number[];
  /** Unix ms of the newest. */
  updatedAt: number;
}

export interface MachineIdentity {
  nodeId: NodeId;
  /** Machines that say the same run at the same speed: CPU model and cores. */
  machineClass: string;
  /** The benchmark's figure for one slot: of all cores, divided by the slots. Null before the first benchmark. */
  eventsPerSecond: number | null;
}

/** What else a run tells. */
export interface RunNotes {
  /** What it cost besides because nothing was warm. */
  startMs?: number;
  /** `predicted / real - 1`, where its finish was predicted. */
  error?: number;
}

/** How one model runs on the machines that have run it, and how well that was foreseen. */
export interface ModelSpeeds {
  bundleSha256: string;
  machines: {
    nodeId: NodeId;
    machineClass: string;
    runs: number;
    rowsPerSecond: number;
    overheadMs: number;
    /** Median of the starts with nothing warm; null before the first. */
    coldStartMs: number | null;
    updatedAt: number;
  }[];
  /** Of the newest predictions, as shares of the real time. */
  errors: number[];
}

/** What is known of speeds, in memory: no clock, no disk. */
export interface SpeedTable {
  /** The changed entry, and the one that had to make room for it. Null where the run says nothing. */
  record(run: MachineIdentity & Run & RunNotes & { bundleSha256: string; at: number }): {
    entry: SpeedEntry;
    evicted: SpeedEntry | null;
  } | null;
  predict(query: MachineIdentity & { bundleSha256: string }): SpeedPrediction | null;
  models(): ModelSpeeds[];
  size(): number;
}

/** More would only be forgotten by the decay: the 16th counts 3 % of the newest. */
const runsKept = 16;
const startsKept = 5;
const errorsKept = 50;

interface Known {
  entry: SpeedEntry;
  /** Worked out when asked for: many a short run comes between two looks. */
  speed: () => SpeedPrediction | null;
}

/** One model on all the machines that ran it. */
interface KnownModel {
  machines: Map<string, Known>;
  /** Worked out when asked for, and again after so many runs that they may change a median. */
  shared: { classes: Map<string, SpeedPrediction>; perEvent: Speed | null; startMs: number } | null;
  runsSince: number;
}

/** Working out what all machines share takes as long as there are machines: it is done once in so many runs. */
const machinesPerRun = 16;

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
function shareOut(known: readonly Known[]): NonNullable<KnownModel['shared']> {
  const fitted = known.flatMap(({ entry, speed: fit }) => {
    const speed = fit();
    return speed === null ? [] : [{ entry, speed }];
  });
  const byClass = new Map<string, Speed[]>();
  for (const { entry, speed } of fitted) {
    const kin = byClass.get(entry.machineClass);
    if (kin === undefined) byClass.set(entry.machineClass, [speed]);
    else kin.push(speed);
  }
  const starts = known.flatMap(({ entry }) => (entry.starts.length === 0 ? [] : [median(entry.starts)]));
  const startMs = starts.length === 0 ? 0 : median(starts);
  const classes = new Map<string, SpeedPrediction>();
  for (const [name, speeds] of byClass) {
    const speed = merged(speeds);
    if (speed !== null) classes.set(name, { ...speed, startMs, basis: 'class' });
  }
  const perEvent = merged(
    fitted.flatMap(({ entry: { eventsPerSecond }, speed }) =>
      eventsPerSecond === null || eventsPerSecond <= 0 ? [] : [scaled(speed, 1 / eventsPerSecond)],
    ),
  );
  return { classes, perEvent, startMs };
}

function fitOnce({ runs, starts }: SpeedEntry): () => SpeedPrediction | null {
  let fitted: SpeedPrediction | null | undefined;
  return () => {
    if (fitted !== undefined) return fitted;
    const speed = fitRuns(runs);
    const startMs = starts.length === 0 ? {} : { startMs: median(starts) };
    return (fitted = speed && { ...speed, ...startMs, basis: 'machine' });
  };
}

/** Past `maxEntries` the one that was not used for longest goes. */
export function createSpeedTable(options: {
  entries?: Iterable<SpeedEntry>;
  maxEntries?: number;
}): SpeedTable {
  const { maxEntries = 5000 } = options;
  const models = new Map<string, KnownModel>();
  /** Least recently taught first. */
  const order = new Map<string, SpeedEntry>();
  const key = (entry: { bundleSha256: string; nodeId: NodeId }) => `${entry.bundleSha256}/${entry.nodeId}`;

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
    const model = models.get(entry.bundleSha256) ?? {
      machines: new Map<string, Known>(),
      shared: null,
      runsSince: 0,
    };
    const { machines } = model;
    machines.set(entry.nodeId, { entry, speed: fitOnce(entry) });
    const runsSince = model.runsSince + 1;
    const isDue = runsSince * machinesPerRun > machines.size;
    models.set(
      entry.bundleSha256,
      isDue ? { machines, shared: null, runsSince: 0 } : { machines, shared: model.shared, runsSince },
    );
    order.delete(key(entry));
    order.set(key(entry), entry);
    return evictOldest();
  }

  for (const entry of [...(options.entries ?? [])].sort((a, b) => a.updatedAt - b.updatedAt)) put(entry);

  return {
    record({ at, rows, runMs, startMs, error, ...identity }) {
      if (!(rows > 0) || !(runMs > 0) || !Number.isFinite(runMs)) return null;
      const before = models.get(identity.bundleSha256)?.machines.get(identity.nodeId)?.entry;
      const { bundleSha256, nodeId, machineClass, eventsPerSecond } = identity;
      // Another machine class under the same id is another machine: what the old one did says nothing.
      const known = before?.machineClass === machineClass ? before : { runs: [], starts: [], errors: [] };
      const entry: SpeedEntry = {
        ...{ bundleSha256, nodeId, machineClass, eventsPerSecond, updatedAt: at },
        runs: [...known.runs, { rows, runMs }].slice(-runsKept),
        starts: startMs === undefined ? known.starts : [...known.starts, startMs].slice(-startsKept),
        errors: error === undefined ? known.errors : [...known.errors, error].slice(-errorsKept),
      };
      return { entry, evicted: put(entry) };
    },

    predict({ bundleSha256, nodeId, machineClass, eventsPerSecond }) {
      const model = models.get(bundleSha256);
      if (model === undefined) return null;
      const own = model.machines.get(nodeId);
      model.shared ??= shareOut([...model.machines.values()]);
      const { startMs } = model.shared;
      const ownSpeed = own?.entry.machineClass === machineClass ? own.speed() : null;
      if (ownSpeed !== null) return { startMs, ...ownSpeed };
      const kin = model.shared.classes.get(machineClass);
      if (kin !== undefined) return kin;
      const { perEvent } = model.shared;
      if (perEvent === null || eventsPerSecond === null || eventsPerSecond <= 0) return null;
      return { ...scaled(perEvent, eventsPerSecond), startMs, basis: 'scaled' };
    },

    models: () =>
      [...models].map(([bundleSha256, { machines }]) => ({
        bundleSha256,
        machines: [...machines.values()].map(({ entry, speed }) => ({
          nodeId: entry.nodeId,
          machineClass: entry.machineClass,
          runs: entry.runs.length,
          rowsPerSecond: speed()?.rowsPerSecond ?? 0,
          overheadMs: speed()?.overheadMs ?? 0,
          coldStartMs: entry.starts.length === 0 ? null : median(entry.starts),
          updatedAt: entry.updatedAt,
        })),
        errors: [...machines.values()].flatMap(({ entry }) => entry.errors),
      })),

    size: () => order.size,
  };
}
