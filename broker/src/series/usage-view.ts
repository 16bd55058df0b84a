import {
  seriesKinds,
  type SeriesKind,
  type SeriesTier,
  type SeriesUsage,
  type TierDays,
} from '@meshdeck/shared';
import type { BudgetFloors } from './budget.js';
import { bytesAfter, daysThatFit, rowsPerDay, usualBytes } from './forecast.js';
import type { Rates } from './rates.js';
import type { StoreSize } from './usage.js';

/** What people ask about where no budget is set. */
const usualDiskBytes = 20e9;

/** Fewer rows share their blocks with too much else to tell what one takes. */
const rowsThatTell = 100_000;

/** What was measured, what it means, and what it leads to. */
export function usageView(options: {
  size: StoreSize;
  rates: Rates;
  tiers: Record<SeriesKind, TierDays>;
  budgetBytes: number | null;
  floors: BudgetFloors;
  nowMs: number;
}): SeriesUsage {
  const { size, rates, tiers, budgetBytes, floors, nowMs } = options;
  const bytesPerRow: Record<SeriesTier, number> = { ...usualBytes };
  const views = size.tiers.map(({ tier, rows, bytes, oldestTs }) => {
    const known = rows >= rowsThatTell ? bytes / rows : null;
    if (known !== null) bytesPerRow[tier] = known;
    const perDay = seriesKinds.reduce((sum, kind) => sum + rowsPerDay(tier, rates[kind]), 0);
    return { tier, rows, bytes, bytesPerRow: known, oldestTs, rowsPerDay: perDay };
  });
  const growth = { rates, tiers, bytesPerRow };
  const bytes = budgetBytes ?? usualDiskBytes;
  const longest = Math.max(...seriesKinds.map((kind) => tiers[kind].hours));
  return {
    measuredAt: nowMs,
    usedBytes: size.usedBytes,
    freeBytes: size.freeBytes,
    tiers: views,
    settlesAtBytes: bytesAfter(longest, growth),
    lasts: { bytes, days: daysThatFit(bytes, growth) },
    budgetDeleted: {
      readingsBefore: floors.readings === 0 ? null : floors.readings,
      minutesBefore: floors.minutes === 0 ? null : floors.minutes,
    },
  };
}
