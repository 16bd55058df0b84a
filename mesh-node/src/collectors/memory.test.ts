import { freemem, totalmem } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createFixtureRoots } from './fixture-roots.js';
import { parseVmStat } from './mac-memory.js';
import { createMemoryCollector } from './memory.js';

const meminfo =
  'MemTotal:        8000 kB\nMemFree:          500 kB\nMemAvailable:    6000 kB\nBuffers: 1 kB\n';

function collect(files: Readonly<Record<string, string>>) {
  const roots = createFixtureRoots({ 'proc/meminfo': meminfo, ...files });
  onTestFinished(roots.remove);
  return createMemoryCollector({ roots }).collect();
}

test('takes what is available, not what nobody ever used', async () => {
  expect(await collect({})).toEqual({
    totalRamBytes: 8000 * 1024,
    freeRamBytes: 6000 * 1024,
    freeMemPercent: 75,
  });
});

test('respects a container limit anywhere on the way up, and gives back its file cache', async () => {
  const reading = await collect({
    'proc/self/cgroup': '0::/lab/box\n',
    'sys/fs/cgroup/lab/memory.max': '4096000\n',
    'sys/fs/cgroup/lab/memory.current': '3000000\n',
    'sys/fs/cgroup/lab/memory.stat': 'anon 1\ninactive_file 952000\n',
    'sys/fs/cgroup/lab/box/memory.max': 'max\n',
    'sys/fs/cgroup/lab/box/memory.current': '1000\n',
  });
  expect(reading).toEqual({ totalRamBytes: 4096000, freeRamBytes: 2048000, freeMemPercent: 50 });
});

test('ignores a limit above what the machine has', async () => {
  const reading = await collect({
    'proc/self/cgroup': '0::/\n',
    'sys/fs/cgroup/memory.max': '99999999999\n',
    'sys/fs/cgroup/memory.current': '10\n',
  });
  expect(reading.totalRamBytes).toBe(8000 * 1024);
  expect(reading.freeRamBytes).toBe(6000 * 1024);
});

test('stays below the cgroup mount when the process sits outside its namespace', async () => {
  const reading = await collect({
    'proc/self/cgroup': '0::/../../box\n',
    'sys/fs/cgroup/box/memory.max': '1024000\n',
  });
  expect(reading.totalRamBytes).toBe(1024000);
});

test('refuses a kernel that does not estimate', async () => {
  await expect(collect({ 'proc/meminfo': 'MemTotal: 1 kB\nMemFree: 1 kB\n' })).rejects.toThrow(
    'MemAvailable',
  );
});

test('lies between free and all of this machine', async () => {
  const { freeRamBytes, totalRamBytes, freeMemPercent } = await createMemoryCollector().collect();
  expect(totalRamBytes).toBeLessThanOrEqual(totalmem());
  expect(freeRamBytes).toBeLessThan(totalmem());
  expect(freeRamBytes).toBeGreaterThan(freemem() / 2);
  expect(freeMemPercent).toBeCloseTo(((freeRamBytes ?? 0) / (totalRamBytes ?? 1)) * 100, 1);
});

test('reads the pages macOS would hand out', () => {
  const output = [
    'Mach Virtual Memory Statistics: (page size of 16384 bytes)',
    'Pages free:                               10000.',
    'Pages active:                            300000.',
    'Pages inactive:                          200000.',
    'Pages speculative:                         5000.',
    'Pages purgeable:                           1000.',
  ].join('\n');
  expect(parseVmStat(output)).toBe(216_000 * 16_384);
  expect(() => parseVmStat('nothing')).toThrow('page counts');
});
