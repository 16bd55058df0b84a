import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchmarkSchema } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { runBenchmark } from './run-benchmark.js';
import { runKernel } from './run-kernel.js';
import { findSysbench } from './sysbench.js';

const logger = pino({ level: 'silent' });
const kernelOnly = { logger, preferSysbench: false } as const;

test('reads this machine on all cores with the built-in kernel', async () => {
  const benchmark = benchmarkSchema.parse(await runBenchmark({ ...kernelOnly, durationMs: 300 }));
  expect(benchmark).toMatchObject({ method: 'kernel', version: '1' });
  expect(benchmark.durationMs).toBeGreaterThanOrEqual(300);
  expect(benchmark.eventsPerSecond).toBeGreaterThan(50);
  expect(benchmark.perCoreEventsPerSecond * benchmark.cores).toBeCloseTo(benchmark.eventsPerSecond, 5);
});

test('runs one thread for each core asked for', async () => {
  expect((await runBenchmark({ ...kernelOnly, durationMs: 100, threads: 3 })).cores).toBe(3);
});

test('never holds up the event loop', async () => {
  let longestGapMs = 0;
  let beats = 0;
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longestGapMs = Math.max(longestGapMs, now - before);
    before = now;
    beats += 1;
  }, 10);
  onTestFinished(() => {
    clearInterval(timer);
  });
  await runBenchmark({ ...kernelOnly, durationMs: 1000 });
  // Counting here would stop the beat for the whole second; sharing the cores with the kernel only jitters it.
  expect(longestGapMs).toBeLessThan(400);
  expect(beats).toBeGreaterThan(20);
});

test.runIf(process.platform === 'linux')(
  'starts no thread inside the agent, whose memory it would keep',
  async () => {
    const threadsHere = () => readdirSync('/proc/self/task').length;
    await runKernel({ threads: 1, durationMs: 1 });
    const before = threadsHere();
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, threadsHere());
    }, 5);
    onTestFinished(() => {
      clearInterval(timer);
    });
    await runKernel({ threads: 8, durationMs: 200 });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(before + 8);
  },
);

for (const [instrument, options] of [
  ['kernel', kernelOnly],
  ['sysbench', { logger }],
] as const) {
  const installed = instrument === 'kernel' || (await findSysbench()) !== null;
  test.runIf(installed)(`stops ${instrument} within 100 ms when a job is about to start`, async () => {
    const controller = new AbortController();
    let abortedAtMs = 0;
    const timer = setTimeout(() => {
      abortedAtMs = performance.now();
      controller.abort();
    }, 500);
    onTestFinished(() => {
      clearTimeout(timer);
    });
    const run = runBenchmark({ ...options, durationMs: 20_000, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - abortedAtMs).toBeLessThan(100);
  });
}

test('does not start at all when already aborted', async () => {
  const run = runBenchmark({ ...kernelOnly, signal: AbortSignal.abort() });
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
});

/** A folder for PATH with a `sysbench` that prints the given text for `run` and claims to be version 1.0.99. */
function pathWithSysbench(output: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'meshdeck-sysbench-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'sysbench');
  const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo 'sysbench 1.0.99'; exit; fi\ncat <<'END'\n${output}\nEND\n`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return folder;
}

test.skipIf(process.platform === 'win32')(
  'falls back to the kernel when sysbench makes no sense',
  async () => {
    const env = { PATH: pathWithSysbench('events per second: lots') };
    const benchmark = await runBenchmark({ logger, env, durationMs: 100, threads: 1 });
    expect(benchmark.method).toBe('kernel');
  },
);

test('uses the kernel where no sysbench is installed', async () => {
  const env = { PATH: tmpdir() };
  expect((await runBenchmark({ logger, env, durationMs: 100, threads: 1 })).method).toBe('kernel');
});
