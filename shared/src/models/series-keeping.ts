import * as z from 'zod';
import { timestampSchema } from '../ids.js';

/** Whose series: the metrics of machines, or the readings of sensors. */
export const seriesKinds = ['machines', 'sensors'] as const;
export type SeriesKind = (typeof seriesKinds)[number];

/** How finely something is kept: as it was read, or one summary of each minute or hour. */
export const seriesTiers = ['readings', 'minutes', 'hours'] as const;
export const seriesTierSchema = z.enum(seriesTiers);
export type SeriesTier = (typeof seriesTiers)[number];

const daysError = 'must be a whole number of days from 1 to 3650';
const days = z.int({ error: daysError }).min(1, { error: daysError }).max(3650, { error: daysError });

/** How many days each tier of a kind is kept. What is coarser is kept at least as long as what is finer. */
export const tierDaysSchema = z
  .strictObject({ readings: days, minutes: days, hours: days })
  .refine(({ readings, minutes }) => minutes >= readings, {
    path: ['minutes'],
    error: 'must be at least as many days as the readings are kept',
  })
  .refine(({ minutes, hours }) => hours >= minutes, {
    path: ['hours'],
    error: 'must be at least as many days as the minutes are kept',
  });
export type TierDays = z.infer<typeof tierDaysSchema>;

export const usualTierDays: Readonly<Record<SeriesKind, TierDays>> = {
  machines: { readings: 7, minutes: 90, hours: 1825 },
  sensors: { readings: 90, minutes: 365, hours: 3650 },
};

const budgetError = 'must be a whole number of bytes, at least 100000000 (100 MB), or null for none';

/** Bytes the store of readings may take; null: as much as it needs. */
export const seriesBudgetSchema = z
  .int({ error: budgetError })
  .min(100_000_000, { error: budgetError })
  .nullable();

/** What a tier takes and how fast it grows, over all kinds. */
export const tierUsageSchema = z.object({
  tier: seriesTierSchema,
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Null while there are too few rows to tell. */
  bytesPerRow: z.number().nullable(),
  /** Null where there is nothing. */
  oldestTs: timestampSchema.nullable(),
  /** What comes in a day at the present rate. */
  rowsPerDay: z.number(),
});
export type TierUsage = z.infer<typeof tierUsageSchema>;

export const seriesUsageSchema = z.object({
  measuredAt: timestampSchema,
  /** What readings and summaries take, with the log that is not worked in yet. */
  usedBytes: z.number().int(),
  /** Of the file: what deleted readings left free, and new ones take again. */
  freeBytes: z.number().int(),
  tiers: z.array(tierUsageSchema),
  /** What the store takes in the end if all goes on as now and the settings stay. */
  settlesAtBytes: z.number(),
  /** For how long `bytes` (the budget, or 20 GB where there is none) hold everything; null: for good. */
  lasts: z.object({ bytes: z.number().int(), days: z.number().nullable() }),
  /** Readings and minutes before these times were deleted to keep the budget, sooner than the settings say. */
  budgetDeleted: z.object({
    readingsBefore: timestampSchema.nullable(),
    minutesBefore: timestampSchema.nullable(),
  }),
});
export type SeriesUsage = z.infer<typeof seriesUsageSchema>;

export const seriesSettingsSchema = z.object({
  tiers: z.object({ machines: tierDaysSchema, sensors: tierDaysSchema }),
  /** The configuration's `retentionDays`: readings of every kind are kept so long, and it cannot be changed here. */
  readingsFixed: z.number().int().nullable(),
  budgetBytes: seriesBudgetSchema,
  /** Null until it was measured once, a minute after the start. */
  usage: seriesUsageSchema.nullable(),
});
export type SeriesSettings = z.infer<typeof seriesSettingsSchema>;

export const seriesSettingsPatchSchema = z.strictObject({
  machines: tierDaysSchema.optional(),
  sensors: tierDaysSchema.optional(),
  budgetBytes: seriesBudgetSchema.optional(),
});
export type SeriesSettingsPatch = z.infer<typeof seriesSettingsPatchSchema>;
