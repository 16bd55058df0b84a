import type { Figure } from './models/job-metrics.js';

/** `0.93142` -> `0.9314`: as many digits as one reads at a glance; the whole is in the title. */
export function formatFigure(figure: Figure): string {
  if (typeof figure === 'boolean') return figure ? 'yes' : 'no';
  if (typeof figure === 'string') return figure;
  if (Number.isInteger(figure) && Math.abs(figure) < 1e12) return figure.toLocaleString('en-US');
  const size = Math.abs(figure);
  return size >= 1e-3 && size < 1e6
    ? figure.toLocaleString('en-US', { maximumSignificantDigits: size >= 1000 ? 6 : 4 })
    : figure.toExponential(3);
}
