import type { Prediction } from '@meshdeck/shared';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** A machine that is swamped still gets a share from its operating system. */
const highestLoadFactor = 20;

/**
 * How much slower one more attempt runs than on a machine with room to spare. An attempt keeps one core busy, or a
 * slot's share of them where there are more slots: with that share, the CPU would be asked for `used + share`; past 1,
 * a fair scheduler stretches everyone by that figure. The heartbeat is corrected by the attempts begun and ended since.
 */
export function loadFactorOf(machine: MachineSnapshot): number {
  const { freeCpuPercent, slotsTotal, slotsBusy } = machine;
  if (freeCpuPercent === undefined || freeCpuPercent === null || slotsTotal < 1) return 1;
  const sinceHeartbeat = slotsBusy - (machine.slotsBusyAtHeartbeat ?? slotsBusy);
  // Where no slot is free, the attempt takes the place of one that ends.
  const more = slotsBusy < slotsTotal ? 1 : 0;
  const share = 1 / Math.max(slotsTotal, machine.cores ?? 0);
  const asked = 1 - freeCpuPercent / 100 + (sinceHeartbeat + more) * share;
  return Math.min(highestLoadFactor, Math.max(1, asked));
}

/** Until one of its slots is free, in ms; 0 when one is. A busy machine of which nothing is known never is. */
function queueMsOf({ slotsFreeInMs, slotsBusy, slotsTotal }: MachineSnapshot): number {
  if (slotsBusy < slotsTotal) return 0;
  if (slotsFreeInMs === undefined || slotsFreeInMs.length === 0) return Infinity;
  return Math.max(0, Math.min(...slotsFreeInMs));
}

/**
 * When `machine` would finish the task, from now, with every term named; null while the model's speed there, the
 * task's rows, or the time a busy machine still needs are unknown.
 */
export function predictedFinish(machine: MachineSnapshot, task: TaskNeeds): Prediction | null {
  const { prediction } = machine;
  const rows = task.rows ?? null;
  if (prediction === undefined || prediction === null || rows === null || !(prediction.rowsPerSecond > 0)) {
    return null;
  }
  const queueMs = queueMsOf(machine);
  if (queueMs === Infinity) return null;
  const coldBytes = machine.coldBytes ?? task.bytes ?? 0;
  const bytesPerSecond = machine.bytesPerSecond ?? 0;
  const transferMs = bytesPerSecond > 0 ? (1000 * coldBytes) / bytesPerSecond : 0;
  const { overheadMs, rowsPerSecond, basis } = prediction;
  const startMs = machine.warm === true ? 0 : (prediction.startMs ?? 0);
  const computeMs = (1000 * rows) / rowsPerSecond;
  const loadFactor = loadFactorOf(machine);
  const finishMs = queueMs + transferMs + loadFactor * (startMs + overheadMs + computeMs);
  return { finishMs, queueMs, transferMs, startMs, overheadMs, computeMs, loadFactor, rowsPerSecond, basis };
}
