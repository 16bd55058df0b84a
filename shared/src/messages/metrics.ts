import * as z from 'zod';
import { factSchema, timestampSchema } from '../ids.js';

const percent = z.number().min(0).max(100);
const bytes = z.number().nonnegative();

export const gpuMetricsSchema = z.object({
  name: factSchema(120),
  utilizationPercent: percent.nullable(),
  memoryUsedBytes: bytes.nullable(),
  memoryTotalBytes: bytes.nullable(),
  temperatureCelsius: z.number().nullable(),
});

/** What a machine says about itself every 2 s, or as often as the order `pace` says. `null` means the machine cannot tell, never zero. */
export const metricsSchema = z.object({
  ts: timestampSchema,
  sequence: z.number().int().nonnegative(),
  freeCpuPercent: percent,
  freeMemPercent: percent,
  freeRamBytes: bytes,
  totalRamBytes: bytes,
  loadAverage1m: z.number().nonnegative().nullable(),
  cpuTemperatureCelsius: z.number().nullable(),
  diskFreeBytes: bytes.nullable(),
  diskTotalBytes: bytes.nullable(),
  networkRxBytesPerSecond: z.number().nonnegative().nullable(),
  networkTxBytesPerSecond: z.number().nonnegative().nullable(),
  gpus: z.array(gpuMetricsSchema).max(32),
  batteryPercent: percent.nullable(),
  uptimeSeconds: z.number().nonnegative(),
  agentRssBytes: bytes,
  slotsBusy: z.number().int().nonnegative(),
  slotsTotal: z.number().int().nonnegative(),
});
export type Metrics = z.infer<typeof metricsSchema>;
export type GpuMetrics = z.infer<typeof gpuMetricsSchema>;

/** The metrics that are kept as series and charted, with their units. */
export const metricUnits = {
  freeCpuPercent: '%',
  freeMemPercent: '%',
  freeRamBytes: 'bytes',
  loadAverage1m: '',
  cpuTemperatureCelsius: '°C',
  diskFreeBytes: 'bytes',
  networkRxBytesPerSecond: 'bytes/s',
  networkTxBytesPerSecond: 'bytes/s',
  batteryPercent: '%',
  agentRssBytes: 'bytes',
  slotsBusy: '',
  score: '',
} as const;
