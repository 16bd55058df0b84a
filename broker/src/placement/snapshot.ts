import type { AppRuntime, Inventory, Labels, Needs, NodeView, Score } from '@meshdeck/shared';

/** One machine at one moment, as placement sees it. */
export interface MachineSnapshot {
  id: string;
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
}

/** What a task asks of the machine that gets it. */
export interface TaskNeeds extends Needs {
  runtime: AppRuntime;
  /** Only this machine; null for any. */
  nodeId: string | null;
  /** Machines on which an attempt of this task failed or was abandoned: taken only when no other can. */
  failedOn: ReadonlySet<string>;
}
