import { type NodeView, formatNumber } from '@meshdeck/shared';
import { formatCelsius } from './numbers.js';

/** One factor of the score, as words, numbers and a bar. */
export interface ScoreTerm {
  name: 'Load' | 'Performance' | 'Thermal';
  value: string;
  /** Out of what, in words. */
  scale: string;
  /** 0..1 of the bar. */
  fraction: number;
  tone: 'accent' | 'attention' | 'bad';
  /** The formula with this machine's numbers in it. */
  formula: string;
  /** What it means. */
  words: string;
}

const loadMost = 25;
const bytesPerGB = 1e9;

/**
 * The three factors of a machine's score; empty before its first heartbeat. `performanceMost` is the best performance
 * in the room, which the bar is drawn against: that factor has no upper end of its own.
 */
export function scoreTerms(
  node: Pick<NodeView, 'score' | 'metrics' | 'benchmark'>,
  performanceMost: number,
): ScoreTerm[] {
  const { score, metrics, benchmark } = node;
  if (score === null || metrics === null) return [];
  const cpu = metrics.freeCpuPercent.toFixed(0);
  const memory = metrics.freeMemPercent.toFixed(0);
  const gigabytes = (metrics.freeRamBytes / bytesPerGB).toFixed(1);
  const events = benchmark === null ? '0' : formatNumber(Math.round(benchmark.eventsPerSecond));
  const celsius = metrics.cpuTemperatureCelsius;
  return [
    {
      name: 'Load',
      value: score.load.toFixed(1),
      scale: `of ${loadMost}`,
      fraction: score.load / loadMost,
      tone: 'accent',
      formula: `1 / (3 / ${cpu} + 1 / ${memory})`,
      words: `${cpu} % of the CPU and ${memory} % of memory are free`,
    },
    {
      name: 'Performance',
      value: score.performance.toFixed(2),
      scale: 'best here fills the bar',
      fraction: performanceMost > 0 ? score.performance / performanceMost : 0,
      tone: 'accent',
      formula: `${events} / 10,000 + min(2, ${gigabytes}) / 10`,
      words:
        benchmark === null
          ? `not measured yet; ${gigabytes} GB of memory free`
          : `${events} events/s by ${benchmark.method === 'sysbench' ? 'sysbench' : 'the built-in kernel'}, ${gigabytes} GB of memory free`,
    },
    {
      name: 'Thermal',
      value: score.thermal.toFixed(2),
      scale: 'of 1',
      fraction: score.thermal,
      tone: score.thermal >= 1 ? 'accent' : score.thermal > 0.4 ? 'attention' : 'bad',
      formula: celsius === null ? '1' : `(95 − ${celsius.toFixed(0)}) / 15, from 0 to 1`,
      words:
        celsius === null
          ? 'unknown: no temperature sensor, taken as 1'
          : `${formatCelsius(celsius)}: full up to 80 °C, none from 95 °C`,
    },
  ];
}
