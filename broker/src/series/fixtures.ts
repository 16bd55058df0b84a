import { usualTierDays } from '@meshdeck/shared';
import { withReadingsDays, type Keeping } from './keeping.js';

/** Keeps the readings of all sources so many days, coarser tiers at least as long as usual. */
export const keepReadings = (days: number): Keeping => ({
  of: () => withReadingsDays(usualTierDays.machines, days),
  budgetBytes: null,
});
