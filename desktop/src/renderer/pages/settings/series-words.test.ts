import type { SeriesUsage } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { deletedText, diskText, forecastText, tierText } from './series-words.js';

const usage: SeriesUsage = {
  ...{ measuredAt: 1, usedBytes: 3 * 2 ** 20, freeBytes: 0, tiers: [], settlesAtBytes: 2 ** 30 },
  lasts: { bytes: 20e9, days: null },
  budgetDeleted: { readingsBefore: null, minutesBefore: null },
};
const tier = { tier: 'readings' as const, rows: 12_400, bytes: 180 * 1024, oldestTs: 1 };

it('says what they take, and what is free', () => {
  expect(diskText(usage)).toBe('3.0 MiB');
  expect(diskText({ ...usage, freeBytes: 2048 })).toBe('3.0 MiB, and 2.0 KiB free for new ones');
});

it('says of a tier what it holds and how fast it grows, as far as that is known', () => {
  expect(tierText({ ...tier, bytesPerRow: 14.86, rowsPerDay: 8000 })).toBe(
    '12,400 rows, 180.0 KiB, 14.9 bytes each; 8,000 more a day',
  );
  expect(tierText({ ...tier, rows: 1, bytesPerRow: null, rowsPerDay: 0 })).toBe('1 row, 180.0 KiB');
});

it('says when the budget is full, in the unit in which it is given', () => {
  expect(forecastText(usage)).toBe('20 GB are enough for good: at the present rate they grow to 1.0 GiB.');
  const soon = { ...usage, lasts: { bytes: 0.5e9, days: 1.9 } };
  expect(forecastText(soon)).toBe('0.5 GB are full in 1 day at the present rate.');
});

it('says what was deleted for the budget, minutes too', () => {
  expect(deletedText(usage)).toBeNull();
  const budgetDeleted = { readingsBefore: Date.UTC(2026, 0, 2), minutesBefore: Date.UTC(2025, 0, 2) };
  expect(deletedText({ ...usage, budgetDeleted })).toBe(
    'readings before 2026-01-02, minutes before 2025-01-02',
  );
});
