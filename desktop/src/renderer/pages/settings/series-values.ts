import { seriesKinds, seriesTiers, type SeriesSettings } from '@meshdeck/shared';

const gigabyte = 1e9;

/** A budget as a number field holds it, in GB; an empty field is none. */
export const valueFromBudget = (bytes: number | null): number | null =>
  bytes === null ? null : bytes / gigabyte;
export const budgetFromValue = (value: number | null | undefined): number | null =>
  value == null ? null : Math.round(value * gigabyte);

/** Whether anything would be kept for fewer days than now. */
export const isShorter = (now: SeriesSettings['tiers'], next: SeriesSettings['tiers']): boolean =>
  seriesKinds.some((kind) => seriesTiers.some((tier) => next[kind][tier] < now[kind][tier]));
