import * as z from 'zod';
import { runNodeSource } from '../inventory/run-program.js';
import { kernelHostSource, kernelWorkerSource } from './kernel-program.js';
import { kernelModule, primesPerEvent } from './kernel.js';

/** Long enough for V8 to replace the baseline code of the kernel (seen: within 10 ms). */
const warmUpMs = 100;
/** Room for starting a process and one thread per core on a slow machine. */
const startUpAllowanceMs = 20_000;

const readingSchema = z.object({
  events: z.number().int().positive(),
  elapsedMs: z.number().positive(),
  threads: z.number().int().positive(),
});

export interface Reading {
  readonly eventsPerSecond: number;
  readonly durationMs: number;
}

/**
 * Runs the WebAssembly kernel on `threads` cores at once for `durationMs`, in a process of its own.
 *
 * Uncorrected: on the reference machine (2 cores of an AMD EPYC) it reads 0.98 to 1.00 of `sysbench cpu`.
 */
export async function runKernel(options: {
  threads: number;
  durationMs: number;
  signal?: AbortSignal | undefined;
}): Promise<Reading> {
  const plan = {
    threads: options.threads,
    durationMs: options.durationMs,
    warmUpMs,
    primesPerEvent,
    moduleBase64: Buffer.from(kernelModule()).toString('base64'),
    workerSource: kernelWorkerSource,
  };
  const { stdout } = await runNodeSource({
    source: kernelHostSource,
    args: [JSON.stringify(plan)],
    timeoutMs: warmUpMs + options.durationMs + startUpAllowanceMs,
    signal: options.signal,
  });
  const reading = readingSchema.parse(JSON.parse(stdout));
  if (reading.threads !== options.threads) throw new Error(`only ${reading.threads} threads reported`);
  return { eventsPerSecond: (reading.events / reading.elapsedMs) * 1000, durationMs: reading.elapsedMs };
}
