import { compareWithSysbench } from '../mesh-node/dist/benchmark/compare-with-sysbench.js';
import { inCount, report } from './lib/report.mjs';

export default async function benchKernel() {
  const comparison = await compareWithSysbench({ rounds: 5, durationMs: 2000 });
  const best = (/** @type {number[]} */ rates) => inCount(Math.max(...rates));
  report(
    'kernel',
    [
      {
        what: 'built-in kernel, events/s',
        value: best(comparison.rounds.map((round) => round.kernelEventsPerSecond)),
      },
      {
        what: `sysbench ${comparison.sysbenchVersion}, events/s`,
        value: best(comparison.rounds.map((round) => round.sysbenchEventsPerSecond)),
        note: `${comparison.threads} threads, best of ${comparison.rounds.length} rounds turn about`,
      },
      {
        what: 'ratio, median of rounds',
        value: comparison.medianRatio.toFixed(3),
        note: 'wanted: 0.9 to 1.1',
      },
      { what: 'ratio, best over best', value: comparison.bestRatio.toFixed(3) },
    ],
    { comparison },
  );
}
