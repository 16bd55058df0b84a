import { pino } from 'pino';
import { expect, test } from 'vitest';
import { compareWithSysbench } from './compare-with-sysbench.js';
import { runBenchmark } from './run-benchmark.js';
import { findSysbench, parseSysbench } from './sysbench.js';

const output = `sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

Running the test with following options:
Number of threads: 2
Initializing random number generator from current time


Prime numbers limit: 10000

Threads started!

CPU speed:
    events per second: 11010.49

General statistics:
    total time:                          2.0002s
    total number of events:              22025
`;

test('reads what sysbench prints', () => {
  expect(parseSysbench(output, 2)).toEqual({ eventsPerSecond: 11010.49, durationMs: 2000.2 });
});

test.each([
  ['another number of threads', output, 4, 'ran 2 threads'],
  ['another prime limit', output.replace('limit: 10000', 'limit: 20000'), 2, 'to 20000'],
  ['no rate', output.replace('events per second', 'events'), 2, 'no events per second'],
  ['a rate of zero', output.replace('11010.49', '0.00'), 2, 'no events'],
  ['nothing', '', 2, 'no number of threads'],
])('refuses %s', (_what, text, threads, message) => {
  expect(() => parseSysbench(text, threads)).toThrow(message);
});

const installed = (await findSysbench()) !== null;

test.runIf(installed)('uses the real sysbench where it is installed', async () => {
  const logger = pino({ level: 'silent' });
  const benchmark = await runBenchmark({ logger, durationMs: 1000 });
  expect(benchmark.method).toBe('sysbench');
  expect(benchmark.version).toMatch(/^1\./);
  expect(benchmark.eventsPerSecond).toBeGreaterThan(50);
});

test.runIf(installed)('reads both instruments turn about', async () => {
  const { rounds, bestRatio } = await compareWithSysbench({ rounds: 2, durationMs: 500, threads: 1 });
  // How near they are is the benchmark's to print: a busy machine reads anything.
  expect(rounds).toHaveLength(2);
  expect(bestRatio).toBeGreaterThan(0);
});
