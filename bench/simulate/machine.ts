import type { MachineSpec } from './scenario.js';

/** An attempt on a simulated machine. */
export interface Attempt {
  taskId: string;
  /** What is left of it with the machine to itself. Null while files are on their way: that takes no CPU. */
  workMs: number | null;
  /** All of it, with the machine to itself. */
  totalMs: number;
  placedAt: number;
  /** When its files are there. */
  begunAt: number;
  /** What placement foresaw, from the order to the result. */
  predictedMs: number | null;
  /** Of that, without the transfers. */
  predictedRunMs: number | null;
  loadFactor: number;
  /** Grows with each new plan for its end: older plans no longer count. */
  version: number;
}

/** 0..1, as an agent would report it. */
export const progressOf = ({ workMs, totalMs }: Attempt): number =>
  workMs === null || totalMs <= 0 ? 0 : 1 - workMs / totalMs;

interface Reading {
  at: number;
  freeCpuPercent: number;
  slotsBusy: number;
}

/** One machine: its attempts, who else uses it, and what its last heartbeat said of that. */
export interface SimulatedMachine {
  readonly spec: MachineSpec;
  readonly attempts: Map<string, Attempt>;
  readonly cached: Set<string>;
  lost: boolean;
  /** Lets the attempts work up to `now`. Call before anything about the machine changes. */
  advance(now: number): void;
  setLoad(share: number): void;
  /** Keeps what a heartbeat from now on would say. Call after a change. */
  changed(now: number): void;
  /** Until the attempt would end if nothing changed; Infinity while it fetches. */
  endsInMs(attempt: Attempt): number;
  heartbeat(now: number): Reading;
}

const heartbeatMs = 2000;

export function createMachine(spec: MachineSpec): SimulatedMachine {
  const attempts = new Map<string, Attempt>();
  let load = 0;
  let at = 0;
  const readings: Reading[] = [{ at: -Infinity, freeCpuPercent: 100, slotsBusy: 0 }];

  const working = () => {
    let count = 0;
    for (const { workMs } of attempts.values()) if (workMs !== null) count += 1;
    return count;
  };
  /** CPU asked for; past 1 a fair scheduler stretches everyone by it. */
  const asked = () => load + working() / spec.slots;
  const stretch = () => Math.max(1, asked());

  return {
    spec,
    attempts,
    cached: new Set(),
    lost: false,
    advance(now) {
      const doneMs = (now - at) / stretch();
      for (const attempt of attempts.values()) {
        if (attempt.workMs !== null) attempt.workMs = Math.max(0, attempt.workMs - doneMs);
      }
      at = now;
    },
    setLoad(share) {
      load = share;
    },
    changed(now) {
      readings.push({ at: now, freeCpuPercent: 100 * Math.max(0, 1 - asked()), slotsBusy: attempts.size });
    },
    endsInMs: ({ workMs }) => (workMs === null ? Infinity : workMs * stretch()),
    heartbeat(now) {
      const phase = spec.heartbeatPhaseMs;
      const sent = phase + heartbeatMs * Math.floor((now - phase) / heartbeatMs);
      while ((readings[1]?.at ?? Infinity) <= sent) readings.shift();
      const reading = readings[0] ?? { at: 0, freeCpuPercent: 100, slotsBusy: 0 };
      return { ...reading, at: Math.max(0, sent) };
    },
  };
}
