import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import * as z from 'zod';
import { keptBenchmarkSchema, type KeptBenchmark } from './kept-benchmark.js';
import { kernelVersion } from './kernel.js';

const recordSchema = keptBenchmarkSchema.extend({
  cpuModel: z.string(),
  cores: z.number().int().positive(),
  kernelVersion: z.number().int().positive(),
});

export interface BenchmarkRecord {
  /** The last reading, or null when there is none or it speaks of another machine, core count or kernel. */
  load(): Promise<KeptBenchmark | null>;
  save(kept: KeptBenchmark): Promise<void>;
}

async function readIfPresent(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Keeps the benchmark's reading in a JSON file, so that a restart need not measure again. */
export function createBenchmarkRecord(options: {
  file: string;
  cpuModel: string;
  /** Threads the benchmark would use now, see `benchmarkThreads`. */
  cores: number;
  logger: Logger;
}): BenchmarkRecord {
  const { file, cpuModel, cores, logger } = options;
  return {
    async load() {
      try {
        const text = await readIfPresent(file);
        if (text === null) return null;
        const record = recordSchema.parse(JSON.parse(text));
        const same =
          record.cpuModel === cpuModel && record.cores === cores && record.kernelVersion === kernelVersion;
        const { benchmark, freeCpuPercentBefore, checkedTs } = record;
        return same ? { benchmark, freeCpuPercentBefore, checkedTs } : null;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn({ file, reason }, 'the stored benchmark cannot be read and is measured again');
        return null;
      }
    },
    async save(kept) {
      await writeFileAtomically(file, JSON.stringify({ cpuModel, cores, kernelVersion, ...kept }));
    },
  };
}
