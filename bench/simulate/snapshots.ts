import { scoreOf } from '@meshdeck/shared';
import { remainingMs, slotsFreeInMs } from '../../broker/src/placement/queue-ahead.js';
import type { MachineSnapshot } from '../../broker/src/placement/snapshot.js';
import type { MachineIdentity } from '../../broker/src/speeds/speed-table.js';
import { progressOf, type SimulatedMachine } from './machine.js';
import type { MachineSpec } from './scenario.js';

const runtimes = {
  python: null,
  node: { version: '20' },
  onnx: { version: '1' },
  bubblewrap: null,
  containers: null,
};

/** What each attempt on a machine still needs, as the hub reckons, in ms. */
export function remainingOn(machine: SimulatedMachine | undefined, now: number): (number | null)[] {
  return [...(machine?.attempts.values() ?? [])].map((attempt) =>
    remainingMs({
      predictedMs: attempt.predictedMs,
      elapsedMs: now - attempt.placedAt,
      progress: progressOf(attempt),
    }),
  );
}

/** What the hub knows of a machine at `now`: its own orders at once, the rest from a heartbeat up to 2 s old. */
export function snapshotOf(machine: SimulatedMachine, now: number): MachineSnapshot {
  const { spec, attempts } = machine;
  const heartbeat = machine.heartbeat(now);
  let placedSinceHeartbeat = 0;
  for (const attempt of attempts.values()) {
    if (attempt.placedAt > heartbeat.at) placedSinceHeartbeat += 1;
  }
  const freeInMs = slotsFreeInMs(spec.slots, remainingOn(machine, now));
  return {
    id: spec.id,
    name: spec.id,
    membership: 'joined',
    presence: machine.lost ? 'lost' : 'active',
    scheduling: 'open',
    clonedIdentity: false,
    labels: {},
    slotsTotal: spec.slots,
    slotsBusy: attempts.size,
    heartbeatAt: heartbeat.at,
    placedSinceHeartbeat,
    freeRamBytes: spec.freeRamBytes,
    gpus: 0,
    runtimes,
    score: scoreOf({
      freeCpuPercent: heartbeat.freeCpuPercent,
      freeMemPercent: 50,
      freeRamBytes: spec.freeRamBytes,
      eventsPerSecond: spec.eventsPerSecond,
      cpuTemperatureCelsius: null,
    }),
    freeCpuPercent: heartbeat.freeCpuPercent,
    slotsBusyAtHeartbeat: heartbeat.slotsBusy,
    bytesPerSecond: spec.bytesPerSecond,
    // Filled in for each task: an object that has them from the start is copied many times faster.
    prediction: null,
    coldBytes: 0,
    ...(freeInMs !== undefined && { slotsFreeInMs: freeInMs }),
  };
}

/** Who a machine is to the learned speeds. */
export function identityOf({ id, machineClass, eventsPerSecond, slots }: MachineSpec): MachineIdentity {
  return {
    nodeId: id,
    machineClass,
    eventsPerSecond: eventsPerSecond === null ? null : eventsPerSecond / slots,
  };
}
