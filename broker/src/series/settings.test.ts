import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tierDaysSchema, usualTierDays } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openCollection } from '../stores/documents.js';
import { bytesAfter, daysThatFit } from './forecast.js';
import { openSeriesSettings, seriesSettingsDocumentSchema } from './settings.js';

async function folder() {
  const dir = await mkdtemp(path.join(tmpdir(), 'meshdeck-series-settings-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return async (fixedDays: number | null) =>
    openSeriesSettings({
      collection: await openCollection({
        ...{ dir, name: 'series-settings', schema: seriesSettingsDocumentSchema },
        logger: pino({ level: 'silent' }),
      }),
      fixedDays,
    });
}

test('keeps what was chosen over a restart', async () => {
  const open = await folder();
  const first = await open(null);
  expect(first.keeping.of('node:a')).toEqual(usualTierDays.machines);
  await first.change({ machines: { readings: 3, minutes: 30, hours: 300 }, budgetBytes: 20e9 });
  const second = await open(null);
  expect(second.keeping.of('node:a')).toEqual({ readings: 3, minutes: 30, hours: 300 });
  expect(second.keeping.of('sensor:s')).toEqual(usualTierDays.sensors);
  expect(second.keeping.budgetBytes).toBe(20e9);
});

test('a hub that was updated keeps at least what it kept, and never undoes what was chosen', async () => {
  const open = await folder();
  const settings = await open(null);
  await settings.keepAsBefore();
  expect(settings.keeping.of('node:a')).toEqual({ readings: 30, minutes: 90, hours: 1825 });
  expect(settings.keeping.of('sensor:s')).toEqual(usualTierDays.sensors);
  await settings.change({ machines: usualTierDays.machines });
  await settings.keepAsBefore();
  expect(settings.keeping.of('node:a')).toEqual(usualTierDays.machines);
});

test('the configuration has the last word for the days of readings, and who changes them is told', async () => {
  const open = await folder();
  const settings = await open(400);
  expect(settings.keeping.of('node:a')).toEqual({ readings: 400, minutes: 400, hours: 1825 });
  await expect(settings.change({ machines: usualTierDays.machines })).rejects.toThrow(
    `The hub's configuration says "retentionDays": 400.`,
  );
  await settings.change({ machines: { readings: 400, minutes: 500, hours: 600 } });
  expect(settings.keeping.of('node:a')).toEqual({ readings: 400, minutes: 500, hours: 600 });
});

test('coarser tiers are kept at least as long as finer ones', () => {
  const said = (days: object) => tierDaysSchema.safeParse(days).error?.issues[0]?.message;
  expect(said({ readings: 8, minutes: 7, hours: 9 })).toBe(
    'must be at least as many days as the readings are kept',
  );
  expect(said({ readings: 7, minutes: 9, hours: 8 })).toBe(
    'must be at least as many days as the minutes are kept',
  );
  expect(said({ readings: 0, minutes: 9, hours: 9 })).toBe('must be a whole number of days from 1 to 3650');
});

test('tells how long a disk lasts from the rate, and that it lasts for good where tiers end before it is full', () => {
  const none = { readingsPerDay: 0, activeSeries: 0 };
  const growth = {
    rates: { machines: { readingsPerDay: 1e6, activeSeries: 10 }, sensors: none },
    tiers: usualTierDays,
    bytesPerRow: { readings: 4, minutes: 0, hours: 0 },
  };
  expect(bytesAfter(3, growth)).toBe(12e6);
  expect(daysThatFit(12e6, growth)).toBeCloseTo(3, 0);
  // Seven days of readings are kept.
  expect(daysThatFit(28e6, growth)).toBeNull();
});
