import { formatBytes, formatNumber } from '@meshdeck/shared';

/** A score to three digits that matter: `9.64`, `12.4`, `104`. */
export function formatScore(score: number): string {
  if (score === 0) return '0';
  if (Math.abs(score) >= 100) return formatNumber(Math.round(score));
  return Math.abs(score) >= 10 ? score.toFixed(1) : score.toFixed(2);
}

/** `62.41` -> `62 °C` */
export const formatCelsius = (celsius: number): string => `${celsius.toFixed(0)} °C`;

/** A measured value with its unit; bytes in binary units. */
export function formatMeasured(value: number, unit: string): string {
  if (unit === 'bytes') return formatBytes(value);
  if (unit === 'bytes/s') return `${formatBytes(value)}/s`;
  const number = Math.abs(value) < 10 && value !== 0 ? trimZeros(value.toFixed(2)) : formatNumber(value);
  return unit === '' ? number : `${number} ${unit}`;
}

const trimZeros = (text: string) => text.replace(/\.?0+$/, '');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

export const formatExactTime = (ts: number): string => exact.format(ts);

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** `14:03:27` */
export const formatClock = (ts: number): string => time.format(ts);
