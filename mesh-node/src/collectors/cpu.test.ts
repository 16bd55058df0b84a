import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createCgroupReader } from './cgroup.js';
import { nodeCpuTimes, parseCpuTimes } from './cpu-times.js';
import { createCpuCollector } from './cpu.js';
import { createFixtureRoots } from './fixture-roots.js';

function stat(ticks: string, cores = 2): string {
  const each = Array.from({ length: cores }, (_, core) => `cpu${core} 0 0 0 0 0 0 0 0 0 0`);
  return [`cpu  ${ticks}`, ...each, 'intr 1 2 3', ''].join('\n');
}

function fixture(files: Readonly<Record<string, string>>) {
  const roots = createFixtureRoots(files);
  onTestFinished(roots.remove);
  return roots;
}

/** Takes a baseline from the fixture as it is, so that the next reading covers what the test writes then. */
async function primed(files: Readonly<Record<string, string>>) {
  const roots = fixture(files);
  let nowMs = 0;
  const now = () => nowMs;
  const readCgroup = createCgroupReader({ roots, now });
  const collector = createCpuCollector({ roots, readCgroup, now });
  await collector.collect();
  return {
    async after(elapsedMs: number, more: Readonly<Record<string, string>>) {
      nowMs += elapsedMs;
      roots.write(more);
      return (await collector.collect()).freeCpuPercent;
    },
  };
}

test('counts idle and waiting for disks as free, and stolen time as taken', async () => {
  const cpu = await primed({ 'proc/stat': stat('1000 0 500 8000 100 0 0 0 0 0') });
  // 100 user, 60 idle, 20 iowait, 20 stolen: 80 of 200 ticks free
  expect(await cpu.after(1000, { 'proc/stat': stat('1100 0 500 8060 120 0 0 20 0 0') })).toBe(40);
});

test('does not count guest time twice', () => {
  expect(parseCpuTimes(stat('100 20 30 400 50 1 2 3 90 10'))).toEqual({ free: 450, total: 606, cores: 2 });
});

test('keeps the last reading when no tick has passed, and stays in range when iowait runs backwards', async () => {
  const cpu = await primed({ 'proc/stat': stat('0 0 0 0 1000 0 0 0') });
  expect(await cpu.after(1000, { 'proc/stat': stat('50 0 0 50 1000 0 0 0') })).toBe(50);
  expect(await cpu.after(1, {})).toBe(50);
  expect(await cpu.after(1000, { 'proc/stat': stat('150 0 0 50 990 0 0 0') })).toBe(0);
});

test('says how free the container is, not the machine around it', async () => {
  const quota = {
    'proc/self/cgroup': '0::/box\n',
    'sys/fs/cgroup/box/cpu.max': '150000 100000\n',
    'sys/fs/cgroup/box/cpu.stat': 'usage_usec 1000000\nuser_usec 1\n',
  };
  const cpu = await primed({ ...quota, 'proc/stat': stat('0 0 0 1000', 8) });
  // In 2 s the container used 1.2 s: 0.6 of its 1.5 cores. The machine around it idles.
  const used = { 'sys/fs/cgroup/box/cpu.stat': 'usage_usec 2200000\n', 'proc/stat': stat('0 0 0 2600', 8) };
  expect(await cpu.after(2000, used)).toBe(60);
});

test('promises no more than the machine has when others use it up', async () => {
  const quota = {
    'proc/self/cgroup': '0::/box\n',
    'sys/fs/cgroup/box/cpu.max': '200000 100000\n',
    'sys/fs/cgroup/box/cpu.stat': 'usage_usec 0\n',
  };
  const cpu = await primed({ ...quota, 'proc/stat': stat('0 0 0 1000', 4) });
  // Nothing used here, yet only a quarter of 4 cores is free: 1 of the 2 cores the quota grants.
  expect(await cpu.after(2000, { 'proc/stat': stat('600 0 0 1200', 4) })).toBe(50);
});

test('refuses a /proc/stat it cannot read', async () => {
  const roots = fixture({ 'proc/stat': 'cpu  1 two 3 4\n' });
  await expect(createCpuCollector({ roots }).collect()).rejects.toThrow('malformed cpu line');
});

test.runIf(process.platform === 'linux')('agrees with Node about this machine since it started', () => {
  const kernel = parseCpuTimes(readFileSync('/proc/stat', 'utf8'));
  const node = nodeCpuTimes();
  expect(kernel.cores).toBe(cpus().length);
  expect(node.cores).toBe(cpus().length);
  const ticksPerMs = 0.1;
  // Node leaves out waiting for disks and stolen time, so the kernel's total is the larger one.
  expect(kernel.total).toBeGreaterThan(node.total * ticksPerMs * 0.99);
  expect(kernel.free).toBeGreaterThan(node.free * ticksPerMs * 0.99);
  expect(kernel.free).toBeLessThan(kernel.total);
});

test('sees a busy core within one interval', async () => {
  const collector = createCpuCollector();
  await collector.collect();
  const until = performance.now() + 400;
  while (performance.now() < until) Math.sqrt(until);
  const { freeCpuPercent = 100 } = await collector.collect();
  expect(freeCpuPercent).toBeLessThanOrEqual(100 - (100 / cpus().length) * 0.5);
});
