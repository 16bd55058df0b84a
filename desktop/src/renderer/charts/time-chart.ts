import type { ChartConfiguration, Plugin } from 'chart.js';
import { format } from 'date-fns';
import type { Point } from '../live/capped-history.js';
import { formatMeasured } from '../labels/numbers.js';
import { type TimeTicks, bounds, byteAxis, timeTicks } from './axis.js';
import { type ChartColours, faint } from './palette.js';
import { Chart } from './setup.js';

export interface ChartLine {
  key: string;
  label: string;
  points: readonly Point[];
}

export interface ChartState {
  lines: readonly ChartLine[];
  unit: string;
  from: number;
  to: number;
  /** Readings further apart than this are not joined: the line shows the hole. */
  gapMs: number;
  /** Fixed bounds, such as 0 to 100 for percent. */
  fixed: { min: number; max: number } | null;
  /** A number of things: the axis begins at 0 and shows whole numbers only. */
  count: boolean;
  /** Levels worth a dashed line, such as where heat starts to cost score. */
  marks: readonly number[];
  colours: ChartColours;
}

export interface TimeChart {
  update(state: ChartState): void;
  /** Draws the cursor and the dragged stretch anew; cheap. */
  overlay(cursor: number | null, dragged: { from: number; to: number } | null): void;
  /** The time under a pixel of the canvas. */
  timeAt(x: number): number;
  destroy(): void;
}

const axisWidth = 66;
const timeFormats = { second: 'HH:mm:ss', minute: 'HH:mm', hour: 'HH:mm', day: 'd MMM' } as const;

/** A line chart over time. Points must be in order of time; nothing is animated. */
export function createTimeChart(canvas: HTMLCanvasElement): TimeChart {
  let state: ChartState | null = null;
  let cursor: number | null = null;
  let dragged: { from: number; to: number } | null = null;

  const overlay: Plugin<'line'> = {
    id: 'overlay',
    afterDatasetsDraw: ({ ctx, chartArea: area, scales }) => {
      const { x, y } = scales;
      if (state === null || x === undefined || y === undefined) return;
      ctx.save();
      ctx.strokeStyle = faint(state.colours.attention, 0.7);
      ctx.setLineDash([4, 4]);
      for (const mark of state.marks) {
        if (mark < y.min || mark > y.max) continue;
        strokeLine(ctx, area.left, y.getPixelForValue(mark), area.right, y.getPixelForValue(mark));
      }
      ctx.setLineDash([]);
      if (dragged !== null) {
        const [left, right] = [x.getPixelForValue(dragged.from), x.getPixelForValue(dragged.to)];
        ctx.fillStyle = faint(state.colours.cursor, 0.15);
        ctx.fillRect(Math.max(left, area.left), area.top, right - left, area.bottom - area.top);
      }
      if (cursor !== null && cursor >= x.min && cursor <= x.max) {
        ctx.strokeStyle = faint(state.colours.cursor, 0.55);
        strokeLine(ctx, x.getPixelForValue(cursor), area.top, x.getPixelForValue(cursor), area.bottom);
      }
      ctx.restore();
    },
  };

  const chart = new Chart(canvas, { ...configuration(() => state), plugins: [overlay] });

  return {
    update(next) {
      const recoloured = state?.colours !== next.colours;
      state = next;
      chart.data.datasets = next.lines.map((line, index) => lineStyle(line, index, next));
      scale(chart, next, recoloured);
      chart.update('none');
    },
    overlay(nextCursor, nextDragged) {
      cursor = nextCursor;
      dragged = nextDragged;
      chart.draw();
    },
    timeAt: (x) => chart.scales['x']?.getValueForPixel(x) ?? 0,
    destroy: () => chart.destroy(),
  };
}

function strokeLine(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.lineWidth = 1;
  ctx.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  ctx.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  ctx.stroke();
}

function lineStyle(line: ChartLine, index: number, state: ChartState) {
  const colour = state.colours.series[index % state.colours.series.length] ?? state.colours.text;
  return {
    label: line.label,
    data: line.points.map(([x, y]) => ({ x, y })),
    borderColor: colour,
    backgroundColor: faint(colour, 0.09),
    borderWidth: 1.5,
    pointRadius: line.points.length < 3 ? 2 : 0,
    pointBackgroundColor: colour,
    pointHitRadius: 0,
    fill: state.lines.length === 1 ? ('start' as const) : false,
    spanGaps: state.gapMs,
  };
}

function scale(
  chart: Chart<'line', { x: number; y: number }[]>,
  state: ChartState,
  recoloured: boolean,
): void {
  const { x, y } = chart.options.scales ?? {};
  if (x === undefined || y === undefined) return;
  x.min = state.from;
  x.max = state.to;
  const found = bounds(
    state.lines.map((line) => line.points),
    state.from,
    state.to,
  );
  const axis =
    found !== null && state.unit.startsWith('bytes') && state.fixed === null
      ? byteAxis(state.unit === 'bytes/s' ? 0 : found.low, found.high)
      : null;
  const { fixed } = state;
  Object.assign(y, axis ?? fixed ?? { min: undefined, max: undefined });
  Object.assign(y, { beginAtZero: state.count, suggestedMax: state.count ? 1 : undefined });
  if (y.ticks !== undefined) {
    const stepSize = axis?.step ?? (fixed === null ? undefined : 25);
    Object.assign(y.ticks, { stepSize, precision: state.count ? 0 : undefined });
  }
  if (!recoloured) return;
  for (const one of [x, y]) {
    if (one.ticks !== undefined) one.ticks.color = state.colours.text;
    if (one.grid !== undefined) one.grid.color = state.colours.grid;
  }
}

function configuration(
  state: () => ChartState | null,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  let times: TimeTicks = { unit: 'minute', ticks: [] };
  return {
    type: 'line',
    data: { datasets: [] },
    options: {
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 6, right: 2 } },
      scales: {
        x: {
          type: 'time',
          border: { display: false },
          grid: { display: false },
          ticks: {
            maxRotation: 0,
            autoSkip: false,
            padding: 4,
            callback: (value) => format(Number(value), timeFormats[times.unit]),
          },
          afterBuildTicks: (axis) => {
            const aheadMs = -new Date(axis.max).getTimezoneOffset() * 60_000;
            times = timeTicks(axis.min, axis.max, axis.chart.width - axisWidth, aheadMs);
            axis.ticks = times.ticks.map((value) => ({ value }));
          },
        },
        y: {
          type: 'linear',
          grace: '8%',
          border: { display: false },
          grid: { drawTicks: false },
          ticks: {
            maxTicksLimit: 5,
            padding: 8,
            callback: (value) => formatMeasured(Number(value), state()?.unit ?? ''),
          },
          afterFit: (axis) => {
            axis.width = axisWidth;
          },
        },
      },
    },
  };
}
