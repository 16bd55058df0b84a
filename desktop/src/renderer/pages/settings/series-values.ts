import { seriesKinds, seriesTiers, type SeriesKind, type SeriesSettings } from '@meshdeck/shared';

const gigabyte = 1e9;

/** A budget as a number field holds it, in GB; an empty field is none. */
export const valueFromBudget = (bytes: number | null): number | null =>
  bytes === null ? null : bytes / gigabyte;
export const budgetFromValue = (value: number | null | undefined): number | null =>
  value == null ? null : Math.round(value * gigabyte);

/** Whether anything would be kept for fewer days than now. */
export const isShorter = (now: SeriesSettings['tiers'], next: SeriesSettings['tiers']): boolean =>
  seriesKinds.some((kind) => seriesTiers.some((tier) => next[kind][tier] < now[kind][tier]));

export const kindLabels: Record<SeriesKind, string> = { machines: 'Machines', sensors: 'Sensors' };

/** What stands against these days, as a sentence; null where nothing does. */
export function tiersProblem(tiers: SeriesSettings['tiers']): string | null {
  for (const kind of seriesKinds) {
    const { readings, minutes, hours } = tiers[kind];
    if (minutes < readings)
      return `${kindLabels[kind]}: minutes are kept at least as long as readings, so ${readings} days or more.`;
    if (hours < minutes)
      return `${kindLabels[kind]}: hours are kept at least as long as minutes, so ${minutes} days or more.`;
  }
  return null;
}
