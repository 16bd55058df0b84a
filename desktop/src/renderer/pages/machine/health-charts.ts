import type { BufferedSeries } from '../../charts/series-buffer.js';
import type { ChartLine } from '../../charts/time-chart.js';

interface HealthChart {
  title: string;
  unit: string;
  lines: readonly { key: string; label: string }[];
  fixed?: { min: number; max: number };
  count?: boolean;
  marks?: readonly number[];
  note?: string;
}

const percent = { min: 0, max: 100 };

/** What is drawn of a machine's health, in the order of how often it is asked for. */
const charts: readonly HealthChart[] = [
  {
    title: 'CPU and memory free',
    unit: '%',
    fixed: percent,
    lines: [
      { key: 'freeCpuPercent', label: 'CPU' },
      { key: 'freeMemPercent', label: 'Memory' },
    ],
  },
  { title: 'Score', unit: '', count: true, lines: [{ key: 'score', label: 'Score' }] },
  {
    title: 'CPU temperature',
    unit: '°C',
    marks: [80, 95],
    note: 'score falls from 80 °C, is 0 at 95 °C',
    lines: [{ key: 'cpuTemperatureCelsius', label: 'CPU' }],
  },
  { title: 'Free memory', unit: 'bytes', lines: [{ key: 'freeRamBytes', label: 'Free' }] },
  { title: 'Load average', unit: '', count: true, lines: [{ key: 'loadAverage1m', label: '1 min' }] },
  {
    title: 'Network',
    unit: 'bytes/s',
    lines: [
      { key: 'networkRxBytesPerSecond', label: 'In' },
      { key: 'networkTxBytesPerSecond', label: 'Out' },
    ],
  },
  { title: 'Slots busy', unit: '', count: true, lines: [{ key: 'slotsBusy', label: 'Busy' }] },
  { title: 'Free disk', unit: 'bytes', lines: [{ key: 'diskFreeBytes', label: 'Free' }] },
  { title: 'Battery', unit: '%', fixed: percent, lines: [{ key: 'batteryPercent', label: 'Charge' }] },
  { title: "Agent's memory", unit: 'bytes', lines: [{ key: 'agentRssBytes', label: 'Used' }] },
];

export interface DrawnChart extends Omit<HealthChart, 'lines'> {
  lines: ChartLine[];
}

/** The charts this machine has anything to show in. The first stays even while empty: it says that there is nothing. */
export function healthCharts(series: readonly BufferedSeries[]): DrawnChart[] {
  const byKey = new Map(series.map((one) => [one.key, one.points]));
  return charts
    .map((chart) => ({
      ...chart,
      lines: chart.lines.map((line) => ({ ...line, points: byKey.get(line.key) ?? [] })),
    }))
    .filter((chart, index) => index === 0 || chart.lines.some((line) => line.points.length > 0));
}
