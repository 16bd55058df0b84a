import { type Metrics, scoreOf } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { scoreTerms } from './score-terms.js';

const metrics: Metrics = {
  ts: 1,
  sequence: 1,
  freeCpuPercent: 90,
  freeMemPercent: 50,
  freeRamBytes: 4e9,
  totalRamBytes: 8e9,
  loadAverage1m: null,
  cpuTemperatureCelsius: 86,
  diskFreeBytes: null,
  diskTotalBytes: null,
  networkRxBytesPerSecond: null,
  networkTxBytesPerSecond: null,
  gpus: [],
  batteryPercent: null,
  uptimeSeconds: 1,
  agentRssBytes: 1,
  slotsBusy: 0,
  slotsTotal: 1,
};
const benchmark = {
  ts: 1,
  eventsPerSecond: 5000,
  perCoreEventsPerSecond: 1250,
  cores: 4,
  durationMs: 3000,
  method: 'kernel',
  version: '1',
} as const;

const terms = (celsius: number | null) => {
  const here = { ...metrics, cpuTemperatureCelsius: celsius };
  return scoreTerms({ metrics: here, benchmark, score: scoreOf({ ...here, eventsPerSecond: 5000 }) }, 1.4);
};

it('puts the machine’s numbers into each formula', () => {
  const [load, performance, thermal] = terms(86);
  expect(load).toMatchObject({ value: '18.8', formula: '1 / (3 / 90 + 1 / 50)' });
  expect(performance).toMatchObject({
    value: '0.70',
    formula: '5,000 / 10,000 + min(2, 4.0) / 10',
    fraction: 0.5,
  });
  expect(thermal).toMatchObject({ value: '0.60', tone: 'attention' });
});

it('says so where the machine has no temperature sensor', () => {
  expect(terms(null)[2]).toMatchObject({ value: '1.00' });
  expect(terms(null)[2]?.words).toContain('no temperature sensor');
});

it('has no terms before the first heartbeat', () => {
  expect(scoreTerms({ metrics: null, benchmark: null, score: null }, 1)).toEqual([]);
});
