import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Benchmark } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createBenchmarkRecord } from './benchmark-record.js';

const benchmark: Benchmark = {
  ts: 1_700_000_000_000,
  eventsPerSecond: 11_000,
  perCoreEventsPerSecond: 5500,
  cores: 2,
  durationMs: 3000,
  method: 'kernel',
  version: '1',
};

const kept = { benchmark, freeCpuPercentBefore: 97, checkedTs: 1_700_000_000_000 };

function setUp() {
  const folder = mkdtempSync(path.join(tmpdir(), 'meshdeck-record-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'benchmark.json');
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => void lines.push(line) });
  const open = (machine: { cpuModel?: string; cores?: number } = {}) =>
    createBenchmarkRecord({ file, cpuModel: 'Ryzen 7', cores: 2, logger, ...machine });
  return { folder, file, lines, open };
}

test('a restart finds the last reading', async () => {
  const { open, folder } = setUp();
  expect(await open().load()).toBeNull();
  await open().save(kept);
  expect(await open().load()).toEqual(kept);
  expect(readdirSync(folder)).toEqual(['benchmark.json']);
});

test('a reading of another processor, core count or kernel is not used', async () => {
  const { open, file, lines } = setUp();
  await open().save(kept);
  expect(await open({ cpuModel: 'Ryzen 9' }).load()).toBeNull();
  expect(await open({ cores: 4 }).load()).toBeNull();
  writeFileSync(file, readFileSync(file, 'utf8').replace('"kernelVersion":1', '"kernelVersion":999'));
  expect(await open().load()).toBeNull();
  expect(lines).toEqual([]);
});

test('a record of before readings were checked is read as one nobody looked after', async () => {
  const { open, file } = setUp();
  writeFileSync(file, JSON.stringify({ cpuModel: 'Ryzen 7', cores: 2, kernelVersion: 1, benchmark }));
  expect(await open().load()).toEqual({ benchmark, freeCpuPercentBefore: null, checkedTs: 0 });
});

test('a damaged record is said and measured again', async () => {
  const { open, file, lines } = setUp();
  for (const damaged of ['{"cpuModel":', '{}', '[]']) {
    writeFileSync(file, damaged);
    expect(await open().load()).toBeNull();
  }
  expect(lines).toHaveLength(3);
});
