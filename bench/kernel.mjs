import { inCount, report } from './lib/report.mjs';
import { runProgram } from './lib/run-program.mjs';

/**
 * What mesh-node/bench/kernel.mjs prints.
 *
 * @typedef {object} Comparison
 * @property {string} sysbenchVersion
 * @property {number} threads
 * @property {{ kernelEventsPerSecond: number, sysbenchEventsPerSecond: number }[]} rounds
 * @property {number} medianRatio
 * @property {number} bestRatio
 */

export default async function benchKernel() {
  /** @type {Comparison} */
  const comparison = await runProgram('mesh-node/bench/kernel.mjs');
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
