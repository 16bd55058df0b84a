import { MeshdeckError, type Benchmark } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Environment } from '../inventory/find-on-path.js';
import { benchmarkThreads } from './benchmark-threads.js';
import { kernelVersion } from './kernel.js';
import { runKernel, type Reading } from './run-kernel.js';
import { findSysbench, runSysbench } from './sysbench.js';

export interface BenchmarkOptions {
  /** How long to count, default 3 s. */
  readonly durationMs?: number;
  /** Ends the run at once: a job is about to start. */
  readonly signal?: AbortSignal;
  /** Use a real sysbench where one is on PATH, default true. */
  readonly preferSysbench?: boolean;
  /** Threads to run, default every core this process may use. */
  readonly threads?: number;
  readonly env?: Environment;
  readonly logger: Logger;
}

type Measured = Reading & Pick<Benchmark, 'method' | 'version'>;

async function trySysbench(options: BenchmarkOptions, threads: number, durationMs: number) {
  try {
    const sysbench = await findSysbench(options.env);
    if (sysbench === null) return null;
    const reading = await runSysbench({ sysbench, threads, durationMs, signal: options.signal });
    return { ...reading, method: 'sysbench', version: sysbench.version } satisfies Measured;
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    options.logger.warn({ reason }, 'sysbench gave no usable reading, the built-in kernel is used');
    return null;
  }
}

/**
 * sysbench-comparable CPU events per second over all cores, measured in other processes: the event loop stays free.
 *
 * Throws `cancelled` as soon as the signal aborts, and `internal` when neither instrument gave a reading.
 */
export async function runBenchmark(options: BenchmarkOptions): Promise<Benchmark> {
  const durationMs = options.durationMs ?? 3000;
  const threads = options.threads ?? benchmarkThreads();
  const { signal, preferSysbench = true } = options;
  try {
    signal?.throwIfAborted();
    const measured: Measured = (preferSysbench ? await trySysbench(options, threads, durationMs) : null) ?? {
      ...(await runKernel({ threads, durationMs, signal })),
      method: 'kernel',
      version: String(kernelVersion),
    };
    const result: Benchmark = {
      ts: Date.now(),
      ...measured,
      cores: threads,
      perCoreEventsPerSecond: measured.eventsPerSecond / threads,
    };
    options.logger.info(result, 'benchmark done');
    return result;
  } catch (cause) {
    if (signal?.aborted === true) {
      throw new MeshdeckError('cancelled', 'The benchmark was stopped before it had a reading.', { cause });
    }
    throw new MeshdeckError('internal', 'The benchmark could not measure this machine.', { cause });
  }
}
