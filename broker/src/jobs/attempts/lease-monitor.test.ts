import type { Failure } from '@meshdeck/shared';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { phased, placed, split, succeeded } from './job-state-machine.js';
import { createLeaseMonitor } from './lease-monitor.js';

const day = 86_400_000;
const noon = Date.UTC(2026, 10, 29, 12);

beforeEach(() => void vi.useFakeTimers({ now: noon }));
afterEach(() => void vi.useRealTimers());

function must<T>(value: T | null): T {
  if (value === null) throw new Error('expected a transition');
  return value;
}

/** A job that runs on `bench-1` since `at`, with a time limit of a minute. */
function runningJob(at: number): JobDocument {
  const job = storedJob(at, { id: '0000000001', limits: { ...storedJob(1).limits, timeSeconds: 60 } });
  const cut = must(split(job, [{ shard: null, rows: null }]));
  const { job: there, attempt } = must(placed(cut, 0, { id: 'n1', name: 'bench-1' }, at));
  return must(phased(there, attempt.id, attempt.token, 'running', at));
}

function watch(job: JobDocument) {
  const time = { steady: 0 };
  const node = { active: true };
  const abandoned: string[] = [];
  const monitor = createLeaseMonitor({
    repository: { underWay: () => [job], find: () => job },
    reportHandler: {
      abandon: (_job: string, _attempt: string, _token: number, { message }: Failure) => {
        abandoned.push(message);
        return Promise.resolve();
      },
    },
    transport: { send: () => Promise.resolve(), openSince: () => 0 },
    runOrder: () => Promise.reject(new Error('nothing is ordered here')),
    isActive: () => node.active,
    times: { steady: () => time.steady, sinceBoot: () => time.steady },
    logger: pino({ level: 'silent' }),
  });
  monitor.start();
  onTestFinished(() => monitor.stop());
  return {
    monitor,
    node,
    abandoned,
    /** Seconds in which the hub is awake. */
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        time.steady += 1000;
        await vi.advanceTimersByTimeAsync(1000);
      }
    },
    /** Seconds in which it stands still: no timer fires. */
    stop: (seconds: number) => void (time.steady += seconds * 1000),
  };
}

it.each([
  ['a day ahead', day],
  ['a day back', -day],
])('gives up nothing that runs because the clock is set %s', async (_where, step) => {
  const hub = watch(runningJob(Date.now()));
  await hub.pass(5);
  vi.setSystemTime(Date.now() + step);
  await hub.pass(60);
  expect(hub.abandoned).toEqual([]);
  // Its minute, and the minute of grace, are over by any clock.
  await hub.pass(65);
  expect(hub.abandoned[0]).toBe('bench-1 did not end the attempt at its time limit.');
});

it('gives up nothing at a start with a clock that is a day ahead of when the job was placed', async () => {
  const hub = watch(runningJob(Date.now() - day));
  await hub.pass(60);
  expect(hub.abandoned).toEqual([]);
});

it('blames no machine for a time in which the hub itself stood still', async () => {
  const hub = watch(runningJob(Date.now()));
  await hub.pass(20);
  hub.stop(300);
  // Its connection ended meanwhile, which the hub hears first of all.
  hub.node.active = false;
  await hub.monitor.nodeLost('n1', 'bench-1', 'connection-lost');
  await hub.pass(5);
  expect(hub.abandoned).toEqual([]);
  hub.node.active = true;
  await hub.monitor.nodeHolds('n1', {
    instanceId: 'i',
    ts: noon,
    type: 'holding',
    attempts: [{ attemptId: '0000000001-0-1', token: 1 }],
  });
  await hub.pass(30);
  expect(hub.abandoned).toEqual([]);
});

it('says that the hub stood still where a machine did not come back after it', async () => {
  const hub = watch(runningJob(Date.now()));
  await hub.pass(20);
  hub.stop(300);
  hub.node.active = false;
  await hub.monitor.nodeLost('n1', 'bench-1', 'silent');
  await hub.pass(13);
  expect(hub.abandoned[0]).toMatch(
    /^bench-1 did not come back after the hub itself had stood still for 5 min/,
  );
});

it('gives up what a machine had that is lost while the hub is awake, at once', async () => {
  const hub = watch(runningJob(Date.now()));
  await hub.pass(2);
  hub.node.active = false;
  await hub.monitor.nodeLost('n1', 'bench-1', 'connection-lost');
  expect(hub.abandoned).toEqual(['bench-1 was lost while it had the job: its connection ended.']);
});

it('lets nothing last less than nothing where the clock is set back an hour meanwhile', () => {
  const job = runningJob(noon);
  const facts = {
    ...{ rows: 1, runtimeVersion: '1', fetchMs: 1, prepareMs: 1, runMs: 1, deliverMs: 1 },
    ...{ peakMemoryBytes: null, columnMap: null, warm: false },
  };
  const result = { sha256: 'a'.repeat(64), bytes: 1, name: 'p.csv' };
  const ended = must(succeeded(job, '0000000001-0-1', 1, result, facts, noon - 3_600_000));
  const [attempt] = ended.tasks[0]?.attempts ?? [];
  expect(ended.finishedAt).toBeGreaterThanOrEqual(ended.startedAt ?? Infinity);
  expect(attempt?.finishedAt).toBeGreaterThanOrEqual(attempt?.startedAt ?? Infinity);
});
