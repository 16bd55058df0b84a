import type {
  AppRuntime,
  Inventory,
  Labels,
  Needs,
  NodeId,
  NodeView,
  ProtectionLevel,
  Score,
  SpeedBasis,
} from '@meshdeck/shared';

/** How fast a machine should run the task's model, learned from earlier runs. */
export interface SpeedPrediction {
  rowsPerSecond: number;
  /** What a run costs there whatever its rows: processes, model loading, small files. */
  overheadMs: number;
  /** What a run costs besides where nothing is warm: a new process, the model loaded, packages installed. */
  startMs?: number;
  basis: SpeedBasis;
}

/**
 * What placement by predicted finish needs besides. All of it may be left out; what is missing counts as the best
 * case: an idle machine with everything at hand. A machine without `prediction` is ranked by score.
 */
export interface MachineEstimates {
  /** Of the task's model on this machine; null while nothing is known. */
  prediction?: SpeedPrediction | null;
  /** For each slot, when it comes free from now by the predictions of what runs there; 0 = free. */
  slotsFreeInMs?: readonly number[];
  /** Bytes of bundle and input that the machine would have to fetch; the task's `bytes` when not said. */
  coldBytes?: number;
  /** Measured when it fetched last; null or not said: transfers cost nothing. */
  bytesPerSecond?: number | null;
  /** The model is loaded there, or the app's packages installed: a run begins at once. */
  warm?: boolean;
  /** Of a task's time on this machine, the part for which a slot is taken; 1 where not said. */
  slotUtilisation?: number;
  /** From its newest heartbeat. */
  freeCpuPercent?: number | null;
  /** Logical ones; the slots where not said. */
  cores?: number;
  /** How many slots that heartbeat knew to be busy. */
  slotsBusyAtHeartbeat?: number;
  /** How many orders it is ready to keep ahead of its slots; 0 where not said. */
  ordersAhead?: number;
}

/** One machine at one moment, as placement sees it. */
export interface MachineSnapshot extends MachineEstimates {
  id: NodeId;
  name: string;
  membership: NodeView['membership'];
  presence: NodeView['presence'];
  scheduling: NodeView['scheduling'];
  clonedIdentity: boolean;
  labels: Labels;
  slotsTotal: number;
  slotsBusy: number;
  heartbeatAt: number | null;
  placedSinceHeartbeat: number;
  freeRamBytes: number | null;
  gpus: number;
  runtimes: Inventory['runtimes'] | null;
  score: Score | null;
  /** What its agent does that earlier ones did not; not said: nothing of it. */
  features?: readonly string[];
  /** As the machine's agent measured it; null or not said where it has not. */
  protection?: ProtectionLevel | null;
}

/** What a task asks of the machine that gets it. */
export interface TaskNeeds extends Needs {
  runtime: AppRuntime;
  /** What its agent must be able to do besides; an older one would leave it out without a word. */
  features?: readonly string[];
  /** Only this machine; null for any. */
  nodeId: NodeId | null;
  /** Machines on which an attempt of this task failed or was abandoned: taken only when no other can. */
  failedOn: ReadonlySet<NodeId>;
  /** Machines that made the result which this task verifies: taken only when no other could ever take it. */
  producedBy?: ReadonlySet<NodeId>;
  /** Rows of its part of the table; null or not said: unknown, and ranked by score. */
  rows?: number | null;
  /** Of bundle and input together. */
  bytes?: number;
}
