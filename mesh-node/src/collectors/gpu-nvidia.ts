import type { GpuMetrics } from '@meshdeck/shared';
import { findOnPath, type Environment } from '../inventory/find-on-path.js';
import { runProgram } from '../inventory/run-program.js';
import { createRefreshed } from './refreshed.js';

const everyMs = 10_000;
/** Without its persistence daemon the driver loads anew for each question, which takes seconds. */
const timeoutMs = 8000;
const query = '--query-gpu=name,utilization.gpu,memory.used,memory.total,temperature.gpu';

/** Parses `nvidia-smi --format=csv,noheader,nounits`: MiB, %, °C; `[N/A]` and its like are null. */
export function parseNvidiaSmi(output: string): GpuMetrics[] {
  return output.split('\n').flatMap((line) => {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length < 5) return [];
    const [utilization, used, total, temperature] = cells.slice(-4).map((cell) => {
      return /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null;
    });
    const bytes = (mebibytes: number | null | undefined) =>
      mebibytes == null ? null : mebibytes * 1024 ** 2;
    return {
      name: cells.slice(0, -4).join(', ').slice(0, 120),
      utilizationPercent: utilization ?? null,
      memoryUsedBytes: bytes(used),
      memoryTotalBytes: bytes(total),
      temperatureCelsius: temperature ?? null,
    };
  });
}

/** NVIDIA cards as nvidia-smi sees them, asked every 10 s at the most; none where it is not installed. */
export function createNvidiaSource(
  options: { env?: Environment; now?: () => number } = {},
): () => Promise<GpuMetrics[]> {
  const read = async () => {
    const file = await findOnPath('nvidia-smi', options.env);
    if (file === null) return [];
    const args = [query, '--format=csv,noheader,nounits'];
    return parseNvidiaSmi((await runProgram({ file, args, timeoutMs })).stdout);
  };
  return createRefreshed({ everyMs, read, ...(options.now === undefined ? {} : { now: options.now }) });
}
