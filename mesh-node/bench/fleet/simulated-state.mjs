// What a simulated machine is and how it does: a plain office computer, its load a slow wave of its own.
import { agentFeatures, meshdeckVersion } from '@meshdeck/shared';

const gib = 1024 ** 3;
const cores = 4;
const totalRamBytes = 8 * gib;

/** @param {number} index @returns {import('@meshdeck/shared').InventoryMessage} */
export function simulatedInventory(index) {
  const ts = Date.now();
  const perCore = 900 + (index % 40) * 20;
  return {
    inventory: {
      ts,
      ...{ hostname: `sim-${index}`, platform: 'linux', arch: 'x64', osName: 'Simulated', osVersion: '1' },
      ...{ kernel: '6.1', cpuModel: `Simulated ${perCore}`, coresPhysical: cores, coresLogical: cores },
      ...{ totalRamBytes, machineModel: null, virtual: false, disks: [], interfaces: [], gpus: [] },
      runtimes: {
        python: { version: '3.11.2', path: '/usr/bin/python3' },
        node: { version: process.versions.node },
        onnx: { version: 'simulated' },
        ...{ bubblewrap: null, containers: null },
      },
      ...{ timezone: 'Etc/UTC', agentVersion: meshdeckVersion },
      features: [agentFeatures.check, agentFeatures.largeOrders, agentFeatures.pace],
    },
    benchmark: {
      ...{ ts, eventsPerSecond: perCore * cores, perCoreEventsPerSecond: perCore, cores },
      ...{ durationMs: 1000, method: 'kernel', version: '1' },
    },
  };
}

/** @param {number} index @param {number} sequence @returns {import('@meshdeck/shared').Metrics} */
export function simulatedMetrics(index, sequence) {
  const wave = Math.sin(index + sequence / 30);
  const freeMemPercent = 60 + 10 * wave;
  return {
    ...{ ts: Date.now(), sequence },
    freeCpuPercent: Math.round(10 * (90 + 8 * wave)) / 10,
    freeMemPercent,
    freeRamBytes: Math.round((totalRamBytes * freeMemPercent) / 100),
    totalRamBytes,
    loadAverage1m: 0.4 + 0.3 * wave,
    cpuTemperatureCelsius: Math.round(50 + 5 * wave),
    ...{ diskFreeBytes: 100 * gib, diskTotalBytes: 256 * gib },
    networkRxBytesPerSecond: Math.round(2000 + 1500 * wave),
    networkTxBytesPerSecond: Math.round(1000 + 500 * wave),
    ...{ gpus: [], batteryPercent: null, uptimeSeconds: 10_000 + sequence * 2, agentRssBytes: 60_000_000 },
    ...{ slotsBusy: 0, slotsTotal: 1 },
  };
}
