import type { NodeId } from '@meshdeck/shared';
import type { NodeLoad } from '../../capacity/slot-ledger.js';
import { isCloned, scoreOfNode } from '../../nodes/node-view.js';
import type { NodeState } from '../../nodes/node-state.js';
import { couldTake, passing } from '../../placement/infeasibility.js';
import type { ShardMachine } from '../../placement/shard-plan.js';
import type { MachineEstimates, MachineSnapshot } from '../../placement/snapshot.js';
import type { JobDocument } from '../job-document.js';
import { partNeeds } from './task-needs.js';

/** The machine as placement sees it at this moment. */
export function machineSnapshot(
  state: NodeState,
  load: NodeLoad | undefined,
  now: number,
  estimates: MachineEstimates = {},
): MachineSnapshot {
  const { document, metrics } = state;
  const heartbeatAt = state.metricsAt;
  return {
    id: document.id,
    name: document.name,
    membership: document.membership,
    presence: state.presence,
    scheduling: document.scheduling,
    clonedIdentity: isCloned(state, now),
    labels: document.labels,
    slotsTotal: document.slotsTotal,
    slotsBusy: load?.slotsBusy ?? 0,
    heartbeatAt,
    placedSinceHeartbeat: load?.placedAt.filter((at) => at > (heartbeatAt ?? 0)).length ?? 0,
    freeRamBytes: metrics?.freeRamBytes ?? null,
    gpus: document.inventory?.gpus.length ?? 0,
    runtimes: document.inventory?.runtimes ?? null,
    features: document.inventory?.features ?? [],
    protection: document.inventory?.protection?.level ?? null,
    score: scoreOfNode(state),
    ...estimates,
    freeCpuPercent: metrics?.freeCpuPercent ?? null,
    ...(document.inventory !== null && { cores: document.inventory.coresLogical }),
    ...(metrics !== null && { slotsBusyAtHeartbeat: metrics.slotsBusy }),
  };
}

/** All of them. */
export function snapshotOf(
  states: readonly NodeState[],
  loads: ReadonlyMap<NodeId, NodeLoad>,
  now: number,
  estimator: (state: NodeState) => MachineEstimates = () => ({}),
): MachineSnapshot[] {
  return states.map((state) => machineSnapshot(state, loads.get(state.document.id), now, estimator(state)));
}

/** Who could take a part of this job's table by placement's own filters, and how fast, by score while nothing better is known. */
export function shardMachines(
  machines: readonly MachineSnapshot[],
  job: JobDocument,
): { machines: ShardMachine[]; speedsKnown: boolean } {
  const needs = partNeeds(job);
  const able = machines
    .filter((machine) => couldTake(machine, needs, passing))
    .map(({ id, slotsTotal, score, prediction }) => ({
      nodeId: id,
      slots: slotsTotal,
      score: score?.score ?? 0,
      prediction: prediction ?? null,
    }));
  // Speeds and scores are no measures of each other: one kind for all.
  const allKnown = able.every(({ prediction }) => prediction !== null);
  const weighed = able.map(({ nodeId, slots, score, prediction }) => ({
    nodeId,
    slots,
    rowsPerSecond: allKnown ? (prediction?.rowsPerSecond ?? 0) : score,
    ...(allKnown && prediction !== null && { overheadMs: prediction.overheadMs }),
  }));
  return { machines: weighed, speedsKnown: allKnown };
}
