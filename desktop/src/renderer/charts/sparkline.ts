import type { Point } from '../live/capped-history.js';
import { faint } from './palette.js';
import { Chart } from './setup.js';

export interface Sparkline {
  update(points: readonly Point[], span: { from: number; to: number }, colour: string): void;
  destroy(): void;
}

/** A chart without axes, 0 to 100 %, as small as a word. */
export function createSparkline(canvas: HTMLCanvasElement): Sparkline {
  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: [] as { data: { x: number; y: number }[] }[] },
    options: {
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 1, bottom: 1 } },
      scales: {
        x: { type: 'linear', display: false },
        y: { type: 'linear', display: false, min: 0, max: 100 },
      },
    },
  });
  return {
    update(points, span, colour) {
      const { x } = chart.options.scales ?? {};
      if (x !== undefined) Object.assign(x, { min: span.from, max: span.to });
      chart.data.datasets = [
        {
          data: points.map(([ts, value]) => ({ x: ts, y: value })),
          borderColor: colour,
          backgroundColor: faint(colour, 0.14),
          borderWidth: 1.25,
          pointRadius: 0,
          fill: 'start',
          spanGaps: 30_000,
        },
      ];
      chart.update('none');
    },
    destroy: () => chart.destroy(),
  };
}
