import {
  formatBytes,
  formatNumber,
  type SeriesTier,
  type SeriesUsage,
  type TierUsage,
} from '@meshdeck/shared';
import { plural } from '../../labels/numbers.js';
import { valueFromBudget } from './series-values.js';

export const tierLabels: Record<SeriesTier, string> = {
  readings: 'Readings',
  minutes: 'Minutes',
  hours: 'Hours',
};

/** `1.2 MiB, and 300 KiB free for new ones` */
export const diskText = ({ usedBytes, freeBytes }: SeriesUsage): string =>
  `${formatBytes(usedBytes)}${freeBytes > 0 ? `, and ${formatBytes(freeBytes)} free for new ones` : ''}`;

/** `12,400 rows, 180.0 KiB, 14.9 bytes each; 8,000 more a day` */
export function tierText({ rows, bytes, bytesPerRow, rowsPerDay }: TierUsage): string {
  const each = bytesPerRow === null ? '' : `, ${bytesPerRow.toFixed(1)} bytes each`;
  const more = rowsPerDay >= 1 ? `; ${formatNumber(Math.round(rowsPerDay))} more a day` : '';
  return `${plural(rows, 'row')}, ${formatBytes(bytes)}${each}${more}`;
}

/** For how long the budget holds what comes, as a sentence. */
export function forecastText({ lasts, settlesAtBytes }: SeriesUsage): string {
  const space = `${formatNumber(valueFromBudget(lasts.bytes) ?? 0)} GB`;
  return lasts.days === null
    ? `${space} are enough for good: at the present rate they grow to ${formatBytes(settlesAtBytes)}.`
    : `${space} are full in ${plural(Math.floor(lasts.days), 'day')} at the present rate.`;
}

const day = (ts: number) => new Date(ts).toISOString().slice(0, 10);

/** What the budget has cost already; null where that is nothing. */
export function deletedText({
  budgetDeleted: { readingsBefore, minutesBefore },
}: SeriesUsage): string | null {
  const parts = [
    ...(readingsBefore === null ? [] : [`readings before ${day(readingsBefore)}`]),
    ...(minutesBefore === null ? [] : [`minutes before ${day(minutesBefore)}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}
