import type { Histogram } from '@meshdeck/shared';
import { formatPlain } from '@meshdeck/shared';
import type { Chart as ChartType } from 'chart.js';
import { type ChartColours, faint } from './palette.js';
import { Chart } from './setup.js';

export interface BarState {
  histogram: Histogram;
  /** A value that a line is drawn at, such as 0 for errors. */
  mark: number | null;
  colours: ChartColours;
}

export interface BarChart {
  update(state: BarState): void;
  destroy(): void;
}

interface Bar {
  x: number;
  y: number;
}

/** Bars over a scale of numbers, each as wide as its range; nothing is animated. */
export function createBarChart(canvas: HTMLCanvasElement): BarChart {
  let mark: number | null = null;
  let markColour = '';
  const chart: ChartType<'bar', Bar[]> = new Chart(canvas, {
    type: 'bar',
    data: { datasets: [] },
    options: {
      parsing: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 6, right: 8 } },
      scales: {
        x: {
          type: 'linear',
          offset: false,
          border: { display: false },
          grid: { display: false },
          ticks: {
            maxRotation: 0,
            maxTicksLimit: 7,
            padding: 4,
            callback: (value) => formatPlain(Number(value)),
          },
        },
        y: {
          type: 'linear',
          beginAtZero: true,
          border: { display: false },
          grid: { drawTicks: false },
          ticks: {
            maxTicksLimit: 4,
            precision: 0,
            padding: 8,
            callback: (value) => Number(value).toLocaleString('en-US'),
          },
        },
      },
    },
    plugins: [
      {
        id: 'mark',
        afterDatasetsDraw: ({ ctx, chartArea, scales }) => {
          const x = scales['x'];
          if (mark === null || x === undefined || mark < x.min || mark > x.max) return;
          const at = Math.round(x.getPixelForValue(mark)) + 0.5;
          ctx.save();
          ctx.strokeStyle = markColour;
          ctx.setLineDash([4, 4]);
          ctx.beginPath();
          ctx.moveTo(at, chartArea.top);
          ctx.lineTo(at, chartArea.bottom);
          ctx.stroke();
          ctx.restore();
        },
      },
    ],
  });

  return {
    update({ histogram: { bars }, mark: nextMark, colours }) {
      mark = nextMark;
      markColour = colours.cursor;
      const [first, last] = [bars[0], bars.at(-1)];
      const series = colours.series[0] ?? colours.text;
      chart.data.datasets = [
        {
          data: bars.map(({ from, to, rows }) => ({ x: (from + to) / 2, y: rows })),
          backgroundColor: faint(series, 0.75),
          hoverBackgroundColor: series,
          barPercentage: 1,
          categoryPercentage: 0.92,
          grouped: false,
        },
      ];
      const { x, y } = chart.options.scales ?? {};
      const isPoint = first !== undefined && first.from === last?.to;
      if (x !== undefined) {
        Object.assign(x, {
          min: isPoint ? first.from - 1 : first?.from,
          max: isPoint ? first.from + 1 : last?.to,
        });
      }
      for (const axis of [x, y]) {
        if (axis?.ticks !== undefined) axis.ticks.color = colours.text;
        if (axis?.grid !== undefined) axis.grid.color = colours.grid;
      }
      chart.update('none');
    },
    destroy: () => chart.destroy(),
  };
}
