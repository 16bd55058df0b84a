import { MeshdeckError } from '@meshdeck/shared';
import { benchmarkThreads } from './benchmark-threads.js';
import { runKernel } from './run-kernel.js';
import { findSysbench, runSysbench } from './sysbench.js';

export interface SysbenchComparison {
  readonly sysbenchVersion: string;
  readonly threads: number;
  readonly rounds: readonly {
    kernelEventsPerSecond: number;
    sysbenchEventsPerSecond: number;
    /** Kernel over sysbench. */
    ratio: number;
  }[];
  readonly medianRatio: number;
  /** Best kernel round over best sysbench round: what is left when neighbours disturb single rounds. */
  readonly bestRatio: number;
}

/**
 * Kernel and sysbench on all cores, turn about, so that both see the same machine. Throws `runtime-missing` where no
 * sysbench is installed.
 */
export async function compareWithSysbench(options: {
  rounds?: number;
  durationMs?: number;
  threads?: number;
}): Promise<SysbenchComparison> {
  const { rounds: roundCount = 5, durationMs = 2000, threads = benchmarkThreads() } = options;
  const sysbench = await findSysbench();
  if (sysbench === null) {
    throw new MeshdeckError('runtime-missing', 'Install sysbench 1.x to compare the kernel with it.');
  }
  const rounds: SysbenchComparison['rounds'][number][] = [];
  for (let round = 0; round < roundCount; round += 1) {
    const kernel = await runKernel({ threads, durationMs });
    const real = await runSysbench({ sysbench, threads, durationMs });
    rounds.push({
      kernelEventsPerSecond: kernel.eventsPerSecond,
      sysbenchEventsPerSecond: real.eventsPerSecond,
      ratio: kernel.eventsPerSecond / real.eventsPerSecond,
    });
  }
  const ratios = rounds.map((round) => round.ratio).sort((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)];
  if (middle === undefined) throw new MeshdeckError('invalid-request', 'Compare in at least one round.');
  const best = (rates: number[]) => Math.max(...rates);
  const bestRatio =
    best(rounds.map((round) => round.kernelEventsPerSecond)) /
    best(rounds.map((round) => round.sysbenchEventsPerSecond));
  return { sysbenchVersion: sysbench.version, threads, rounds, medianRatio: middle, bestRatio };
}
