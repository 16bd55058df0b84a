import type { MetricFamily } from '../metric-family.js';
import type { SensorRegistry } from './sensor-registry.js';

export const sensorMetrics = (sensors: Pick<SensorRegistry, 'readingsTotal'>): MetricFamily[] => [
  {
    name: 'readings_total',
    type: 'counter',
    help: 'Readings taken in since the hub started.',
    samples: [['', sensors.readingsTotal()]],
  },
];
