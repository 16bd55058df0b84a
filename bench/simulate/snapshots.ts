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

/** What the hub knows of a machine at `now`: its own orders at once, the rest from a heartbeat up to 2 s old. */
export function snapshotOf(machine: SimulatedMachine, now: number): MachineSnapshot {
  const { spec, attempts } = machine;
  const heartbeat = machine.heartbeat(now);
  let placedSinceHeartbeat = 0;
  const remaining: (number | null)[] = [];
  for (const attempt of attempts.values()) {
    const { placedAt, predictedMs } = attempt;
    if (placedAt > heartbeat.at) placedSinceHeartbeat += 1;
    remaining.push(remainingMs({ predictedMs, elapsedMs: now - placedAt, progress: progressOf(attempt) }));
  }
  const freeInMs = slotsFreeInMs(spec.slots, remaining);
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
