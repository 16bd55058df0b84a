import { seriesKinds, seriesTiers, type SeriesKind, type SeriesTier, type TierDays } from '@meshdeck/shared';
import type { Rates } from './rates.js';

/** Bytes a row where too little is stored to tell; as measured with a month of fifty machines. */
export const usualBytes: Record<SeriesTier, number> = { readings: 4, minutes: 40, hours: 60 };

const rowsPerSeriesAndDay = { minutes: 24 * 60, hours: 24 };

/** Rows of a tier that a day adds at the present rate: a reading makes one, a series that is read makes one a minute or hour. */
export function rowsPerDay(tier: SeriesTier, { readingsPerDay, activeSeries }: Rates[SeriesKind]): number {
  if (tier === 'readings') return readingsPerDay;
  // Who is read once an hour has no row for every minute.
  return Math.min(readingsPerDay, activeSeries * rowsPerSeriesAndDay[tier]);
}

/** What is stored once `days` have passed, starting with nothing, at the present rate. */
export function bytesAfter(
  days: number,
  options: { rates: Rates; tiers: Record<SeriesKind, TierDays>; bytesPerRow: Record<SeriesTier, number> },
): number {
  const { rates, tiers, bytesPerRow } = options;
  let bytes = 0;
  for (const kind of seriesKinds) {
    for (const tier of seriesTiers) {
      bytes += rowsPerDay(tier, rates[kind]) * bytesPerRow[tier] * Math.min(days, tiers[kind][tier]);
    }
  }
  return bytes;
}

const longestDays = 3650;

/** For how many days `bytes` hold all that comes and is kept; null where they do for good. */
export function daysThatFit(bytes: number, options: Parameters<typeof bytesAfter>[1]): number | null {
  if (bytesAfter(longestDays, options) <= bytes) return null;
  let [fits, isTooMuch] = [0, longestDays];
  while (isTooMuch - fits > 0.1) {
    const middle = (fits + isTooMuch) / 2;
    if (bytesAfter(middle, options) <= bytes) fits = middle;
    else isTooMuch = middle;
  }
  return fits;
}
