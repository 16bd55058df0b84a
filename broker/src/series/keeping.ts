import { usualTierDays, type SeriesKind, type TierDays } from '@meshdeck/shared';
import { dayMs } from './schema.js';

/** What is kept of a source, and how much all of it may take. Asked anew each time: admins change it. */
export interface Keeping {
  of(source: string): TierDays;
  readonly budgetBytes: number | null;
}

export const kindOf = (source: string): SeriesKind => (source.startsWith('sensor:') ? 'sensors' : 'machines');

export const usualKeeping: Keeping = { of: (source) => usualTierDays[kindOf(source)], budgetBytes: null };

/** The same days of readings for every kind, coarser tiers at least as long. */
export function withReadingsDays(days: TierDays, readings: number): TierDays {
  const minutes = Math.max(days.minutes, readings);
  return { readings, minutes, hours: Math.max(days.hours, minutes) };
}

/**
 * The day (UTC) before which something is no longer kept; 0 where it would be before 1970. Whole days, since a day lies
 * together on the disk: what is kept for 7 days is there for 7 to 8.
 */
export const floorAt = (nowMs: number, days: number): number =>
  Math.max(0, Math.floor((nowMs - days * dayMs) / dayMs) * dayMs);
