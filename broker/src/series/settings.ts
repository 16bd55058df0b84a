import {
  MeshdeckError,
  seriesBudgetSchema,
  type seriesKinds,
  tierDaysSchema,
  usualTierDays,
  type SeriesSettings,
  type SeriesSettingsPatch,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';
import { kindOf, withReadingsDays, type Keeping } from './keeping.js';

export const seriesSettingsDocumentSchema = z.object({
  id: z.literal('series'),
  tiers: z.object({ machines: tierDaysSchema, sensors: tierDaysSchema }),
  budgetBytes: seriesBudgetSchema,
});
export type SeriesSettingsDocument = z.infer<typeof seriesSettingsDocumentSchema>;

/** Days of readings that every hub kept before kinds had their own. */
const daysOfBefore = 30;

/** For how long which series are kept and how much they may take, as admins set it. */
export interface SeriesSettingsStore {
  readonly keeping: Keeping;
  view(): Omit<SeriesSettings, 'usage'>;
  /** @throws MeshdeckError `conflict` where the configuration says for how long readings are kept */
  change(patch: SeriesSettingsPatch): Promise<void>;
  /** Keeps at least what the version before kept, until somebody chooses otherwise. */
  keepAsBefore(): Promise<void>;
}

/** @param options.fixedDays the configuration's `retentionDays`, null where it names none */
export async function openSeriesSettings(options: {
  collection: Collection<SeriesSettingsDocument>;
  fixedDays: number | null;
}): Promise<SeriesSettingsStore> {
  const { collection, fixedDays } = options;
  const stored = await collection.get('series');
  let wasChosen = stored !== null && stored !== undefined;
  let current: SeriesSettingsDocument = stored ?? {
    ...{ id: 'series', budgetBytes: null },
    tiers: { machines: usualTierDays.machines, sensors: usualTierDays.sensors },
  };
  const tiersOf = (kind: (typeof seriesKinds)[number]) => {
    const days = current.tiers[kind];
    return fixedDays === null ? days : withReadingsDays(days, fixedDays);
  };

  async function put(next: SeriesSettingsDocument): Promise<void> {
    await collection.put(next);
    current = next;
    wasChosen = true;
  }

  return {
    keeping: {
      of: (source) => tiersOf(kindOf(source)),
      get budgetBytes() {
        return current.budgetBytes;
      },
    },
    view: () => ({
      tiers: { machines: tiersOf('machines'), sensors: tiersOf('sensors') },
      readingsFixed: fixedDays,
      budgetBytes: current.budgetBytes,
    }),
    async change({ machines, sensors, budgetBytes }) {
      const other = [machines, sensors].find((days) => days !== undefined && days.readings !== fixedDays);
      if (fixedDays !== null && other !== undefined) {
        throw new MeshdeckError(
          'conflict',
          `The hub's configuration says "retentionDays": ${String(fixedDays)}. Take it out there to choose here for how many days readings are kept.`,
        );
      }
      await put({
        id: 'series',
        tiers: { machines: machines ?? current.tiers.machines, sensors: sensors ?? current.tiers.sensors },
        budgetBytes: budgetBytes === undefined ? current.budgetBytes : budgetBytes,
      });
    },
    async keepAsBefore() {
      if (wasChosen) return;
      const { machines, sensors } = current.tiers;
      const atLeast = (days: typeof machines) =>
        withReadingsDays(days, Math.max(days.readings, daysOfBefore));
      await put({ ...current, tiers: { machines: atLeast(machines), sensors: atLeast(sensors) } });
    },
  };
}
