import type { CalibrationBin } from '@meshdeck/shared';
import type { Chart as ChartType } from 'chart.js';
import { type ChartColours, faint } from './palette.js';
import { Chart } from './setup.js';

export interface CalibrationChart {
  update(bins: readonly CalibrationBin[], colours: ChartColours): void;
  destroy(): void;
}

interface Point {
  x: number;
  y: number;
}

const percent = (value: number | string) => `${Math.round(Number(value) * 100)} %`;

/** How often predictions of each probability were right, beside the line on which both are the same. */
export function createCalibrationChart(canvas: HTMLCanvasElement): CalibrationChart {
  const axis = {
    type: 'linear' as const,
    min: 0,
    max: 1,
    border: { display: false },
    ticks: { stepSize: 0.25, maxRotation: 0, padding: 4, callback: percent },
  };
  const chart: ChartType<'line', Point[]> = new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: {
      parsing: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 10, right: 12 } },
      scales: {
        x: {
          ...axis,
          grid: { display: false },
          title: { display: true, text: 'Probability the model gave' },
        },
        y: { ...axis, grid: { drawTicks: false }, title: { display: true, text: 'Share that was right' } },
      },
    },
  });
  return {
    update(bins, colours) {
      const most = Math.max(1, ...bins.map(({ rows }) => rows));
      const series = colours.series[0] ?? colours.text;
      chart.data.datasets = [
        {
          data: bins.map(({ meanProbability, rightShare }) => ({ x: meanProbability, y: rightShare })),
          // Joined by a line, a bin of one row would draw the eye most.
          showLine: false,
          clip: false,
          pointBackgroundColor: faint(series, 0.75),
          pointBorderColor: series,
          // The larger, the more rows it speaks for.
          pointRadius: bins.map(({ rows }) => 2.5 + 7 * Math.sqrt(rows / most)),
        },
        {
          data: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
          borderColor: colours.line,
          borderDash: [4, 4],
          borderWidth: 1,
          pointRadius: 0,
        },
      ];
      for (const one of Object.values(chart.options.scales ?? {})) {
        if (one?.ticks !== undefined) one.ticks.color = colours.text;
        if (one?.grid !== undefined) one.grid.color = colours.grid;
        if (one !== undefined && 'title' in one) Object.assign(one.title ?? {}, { color: colours.text });
      }
      chart.update('none');
    },
    destroy: () => chart.destroy(),
  };
}
