import { fireEvent, screen } from '@testing-library/dom';
import { Chart } from 'chart.js';
import { flushSync } from 'svelte';
import { expect, it, vi } from 'vitest';
import { clock } from '../state/clock.svelte.js';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import CalibrationChart from './CalibrationChart.svelte';
import { ChartCursor } from './cursor.svelte.js';
import HistogramChart from './HistogramChart.svelte';
import RangePicker from './RangePicker.svelte';
import Sparkline from './Sparkline.svelte';
import { toLocalInput } from './time-range.js';
import TimeChart from './TimeChart.svelte';

const drawn = () => {
  const chart = Chart.getChart(document.querySelector('canvas') as HTMLCanvasElement);
  if (chart === undefined) throw new Error('no chart is drawn');
  return chart;
};
const cells = () => [...document.querySelectorAll('tbody td')].map((cell) => cell.textContent.trim());
const bars = [
  { from: 0, to: 0.5, rows: 3 },
  { from: 0.5, to: 1, rows: 1200 },
];

it('draws each bar of a histogram in the middle of its range, over exactly that scale', () => {
  render(HistogramChart, { title: 'Errors', histogram: { bars, below: 0, above: 0 }, words: 'Small.' });
  expect(drawn().data.datasets[0]?.data).toEqual([
    { x: 0.25, y: 3 },
    { x: 0.75, y: 1200 },
  ]);
  expect(drawn().options.scales?.['x']).toMatchObject({ min: 0, max: 1 });
});

it('gives a histogram of one value a scale with room around it', () => {
  const histogram = { bars: [{ from: 7, to: 7, rows: 4 }], below: 0, above: 0 };
  render(HistogramChart, { title: 'Errors', histogram, words: '' });
  expect(drawn().options.scales?.['x']).toMatchObject({ min: 6, max: 8 });
});

it('tells a histogram as a table too, with what lies beyond its ends', () => {
  render(HistogramChart, { title: 'Errors', histogram: { bars, below: 1, above: 2 }, words: 'Small.' });
  expect(cells()).toEqual(['below', '1 row', '0', '0.5', '3', '0.5', '1', '1,200', 'above', '2 rows']);
  expect(screen.getByText('3 rows lie beyond the ends of the chart.')).toBeTruthy();
});

it('tells a calibration in words and as a table', () => {
  const bin = { from: 0.9, to: 1, rows: 10, meanProbability: 0.95, rightShare: 0.8 };
  render(CalibrationChart, { calibration: { bins: [bin], expectedError: 0.15 } });
  expect(screen.getByRole('figure', { name: 'Calibration' }).textContent).toContain('15 % away');
  expect(cells()).toEqual(['95.0 %', '80 %', '10 rows']);
});

it('moves the window of a sparkline with its newest point', () => {
  const { update } = render(Sparkline, { label: 'CPU', points: [[1000, 5]], windowMs: 600 });
  update({
    points: [
      [1000, 5],
      [2000, 90],
    ],
  });
  expect(drawn().data.datasets[0]?.data).toEqual([
    { x: 1000, y: 5 },
    { x: 2000, y: 90 },
  ]);
  expect(drawn().options.scales?.['x']).toMatchObject({ min: 1400, max: 2000 });
});

const timeChart = (over: { points?: [number, number][]; count?: boolean; unit?: string } = {}) => {
  const cursor = new ChartCursor();
  const points = over.points ?? [
    [1000, 20],
    [2000, 40],
  ];
  const rendered = render(TimeChart, {
    title: 'Load',
    unit: over.unit ?? '%',
    lines: [{ key: 'a', label: 'CPU', points }],
    from: 500,
    to: 2500,
    gapMs: 1500,
    cursor,
    onzoom: vi.fn(),
    fixed: null,
    count: over.count ?? false,
  });
  return { cursor, ...rendered };
};
const legend = () => screen.getByRole('listitem').textContent.trim();

it('shows the newest value of a line, and the one under the cursor while there is one', () => {
  const { cursor } = timeChart();
  expect(legend()).toMatch(/CPU\s*40 %/);
  cursor.ts = 1100;
  flushSync();
  expect(screen.getAllByRole('listitem')[0]?.textContent.trim()).toMatch(/CPU\s*20 %/);
});

it('shows a hole where readings are missing, and joins none across it', () => {
  timeChart();
  expect(drawn().data.datasets[0]).toMatchObject({ spanGaps: 1500, label: 'CPU' });
});

it('counts from zero in whole numbers', () => {
  timeChart({ count: true, unit: '' });
  expect(drawn().options.scales?.['y']).toMatchObject({ beginAtZero: true, suggestedMax: 1 });
});

it('says that a span holds no readings, not that they are zero', () => {
  timeChart({ points: [[100, 5]] });
  expect(screen.getByText('No readings in this span of time.')).toBeTruthy();
  timeChart({ points: [] });
  expect(screen.getAllByRole('listitem').at(-1)?.textContent).toContain('–');
});

it('lets go of the chart when its page is left', () => {
  const { unmount } = timeChart();
  const canvas = document.querySelector('canvas') as HTMLCanvasElement;
  unmount();
  expect(Chart.getChart(canvas)).toBeUndefined();
});

it('turns a moving span into one that stands still where it is', () => {
  clock.now = Date.UTC(2026, 4, 1, 12);
  const onchange = vi.fn();
  const { update } = render(RangePicker, { range: { kind: 'last', ms: 3_600_000 }, onchange });
  expect(screen.getByRole<HTMLInputElement>('radio', { name: '1 h' }).checked).toBe(true);
  user.click(screen.getByRole('radio', { name: '24 h' }));
  expect(onchange).toHaveBeenLastCalledWith({ kind: 'last', ms: 24 * 3_600_000 });
  user.click(screen.getByRole('radio', { name: 'Custom' }));
  const still = onchange.mock.lastCall?.[0] as { kind: 'between'; from: number; to: number };
  expect(still).toMatchObject({ kind: 'between' });
  expect(still.to - still.from).toBe(3_600_000);
  update({ range: still });
  expect(screen.getByLabelText<HTMLInputElement>('from').value).not.toBe('');
});

it('takes no span that ends before it begins, and says so', () => {
  const from = Date.UTC(2026, 4, 1, 12);
  const onchange = vi.fn();
  render(RangePicker, { range: { kind: 'between', from, to: from + 60_000 }, onchange });
  const end = screen.getByLabelText<HTMLInputElement>('to');
  fireEvent.change(end, { target: { value: toLocalInput(from - 60_000) } });
  flushSync();
  expect(screen.getByRole('alert').textContent).toBe('The end must come after the beginning.');
  expect(onchange).not.toHaveBeenCalled();
  fireEvent.change(end, { target: { value: toLocalInput(from + 120_000) } });
  flushSync();
  expect(onchange).toHaveBeenCalledExactlyOnceWith({ kind: 'between', from, to: from + 120_000 });
  expect(screen.queryByRole('alert')).toBeNull();
});
