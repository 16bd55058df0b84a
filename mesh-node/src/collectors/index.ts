export { createCollectMetrics } from './collect-metrics.js';
export type { Collector, MachineMetrics } from './collector.js';
export { createCollectors } from './collectors.js';
