export { createCollectMetrics } from './collect-metrics.js';
export type { Collector, MachineMetrics } from './collector.js';
export { createCollectors } from './collectors.js';
export { systemRoots, type SystemRoots } from './system-roots.js';
