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

/** What a predicted finish is made of but for the rows: the same for tasks of any length. */
export type FinishTerms = Omit<Prediction, 'finishMs' | 'computeMs'>;

/** Null while the model's speed there, or the time a busy machine still needs, is unknown. */
export function finishTerms(
  machine: MachineSnapshot,
  { bytes = 0 }: Pick<TaskNeeds, 'bytes'>,
): FinishTerms | null {
  const { prediction } = machine;
  if (prediction === undefined || prediction === null || !(prediction.rowsPerSecond > 0)) return null;
  const queueMs = queueMsOf(machine);
  if (queueMs === Infinity) return null;
  const coldBytes = machine.coldBytes ?? bytes;
  const bytesPerSecond = machine.bytesPerSecond ?? 0;
  const transferMs = bytesPerSecond > 0 ? (1000 * coldBytes) / bytesPerSecond : 0;
  const { overheadMs, rowsPerSecond, basis } = prediction;
  const startMs = machine.warm === true ? 0 : (prediction.startMs ?? 0);
  return {
    queueMs,
    transferMs,
    startMs,
    overheadMs,
    loadFactor: loadFactorOf(machine),
    rowsPerSecond,
    basis,
  };
}

/** From now, in ms. */
export const finishMsOf = (
  { queueMs, transferMs, startMs, overheadMs, loadFactor, rowsPerSecond }: FinishTerms,
  rows: number,
): number => queueMs + transferMs + loadFactor * (startMs + overheadMs + (1000 * rows) / rowsPerSecond);

/** When `machine` would finish the task, with every term named; null while a term, or the task's rows, are unknown. */
export function predictedFinish(machine: MachineSnapshot, task: TaskNeeds): Prediction | null {
  const rows = task.rows ?? null;
  const terms = rows === null ? null : finishTerms(machine, task);
  if (rows === null || terms === null) return null;
  return { finishMs: finishMsOf(terms, rows), computeMs: (1000 * rows) / terms.rowsPerSecond, ...terms };
}
