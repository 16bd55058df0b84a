import { findOnPath, type Environment } from '../inventory/find-on-path.js';
import { runProgram } from '../inventory/run-program.js';
import type { Reading } from './run-kernel.js';

export interface Sysbench {
  readonly file: string;
  readonly version: string;
}

const versionTimeoutMs = 3000;
const exitAllowanceMs = 10_000;

/** sysbench 1.x on PATH, or null. Older ones count differently and print no events per second. */
export async function findSysbench(env: Environment = process.env): Promise<Sysbench | null> {
  const file = await findOnPath('sysbench', env);
  if (file === null) return null;
  const { stdout } = await runProgram({ file, args: ['--version'], timeoutMs: versionTimeoutMs, env });
  const version = /^sysbench ([1-9]\d*\.\S+)/.exec(stdout)?.[1];
  return version === undefined ? null : { file, version };
}

function only(pattern: RegExp, output: string, what: string): number {
  const value = Number(pattern.exec(output)?.[1] ?? NaN);
  if (!Number.isFinite(value)) throw new Error(`sysbench printed no ${what}`);
  return value;
}

/** Reads `sysbench cpu run`; throws unless it ran exactly what was asked, at the default prime limit. */
export function parseSysbench(output: string, threads: number): Reading {
  const ranThreads = only(/^Number of threads: (\d+)$/m, output, 'number of threads');
  const limit = only(/^Prime numbers limit: (\d+)$/m, output, 'prime limit');
  if (ranThreads !== threads) throw new Error(`sysbench ran ${ranThreads} threads, not ${threads}`);
  if (limit !== 10_000) throw new Error(`sysbench counted primes to ${limit}, not 10000`);
  const eventsPerSecond = only(/^\s+events per second:\s+(\d+\.\d+)$/m, output, 'events per second');
  if (eventsPerSecond <= 0) throw new Error('sysbench counted no events');
  const seconds = only(/^\s+total time:\s+(\d+\.\d+)s$/m, output, 'total time');
  return { eventsPerSecond, durationMs: seconds * 1000 };
}

/** Runs `sysbench cpu`; its clock takes whole seconds, so `durationMs` is rounded to them, at least one. */
export async function runSysbench(options: {
  sysbench: Sysbench;
  threads: number;
  durationMs: number;
  signal?: AbortSignal | undefined;
}): Promise<Reading> {
  const seconds = Math.max(1, Math.round(options.durationMs / 1000));
  const { stdout } = await runProgram({
    file: options.sysbench.file,
    args: ['cpu', `--threads=${options.threads}`, `--time=${seconds}`, 'run'],
    timeoutMs: seconds * 1000 + exitAllowanceMs,
    signal: options.signal,
  });
  return parseSysbench(stdout, options.threads);
}
