import { benchmarkSchema, type Benchmark } from '@meshdeck/shared';
import * as z from 'zod';

/** A reading and how far it is to be trusted. */
export const keptBenchmarkSchema = z.object({
  benchmark: benchmarkSchema,
  /** Free processor right before it was taken, null where nobody looked. */
  freeCpuPercentBefore: z.number().nullable().default(null),
  /** When a measurement last confirmed or replaced it, unix ms; 0 for never. */
  checkedTs: z.number().default(0),
});
export type KeptBenchmark = z.infer<typeof keptBenchmarkSchema>;

const sameInstrument = (a: Benchmark, b: Benchmark) =>
  a.method === b.method && a.version === b.version && a.cores === b.cores;

/** The higher of two readings of one instrument, checked when the later was taken: load only ever lowers a reading. */
export function keepHigher(kept: KeptBenchmark, next: KeptBenchmark): KeptBenchmark {
  const lower = next.benchmark.eventsPerSecond < kept.benchmark.eventsPerSecond;
  return lower && sameInstrument(kept.benchmark, next.benchmark)
    ? { ...next, benchmark: kept.benchmark }
    : next;
}
