import type { Benchmark } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createBenchmarkSchedule } from './benchmark-schedule.js';

const reading: Benchmark = {
  ts: 1,
  eventsPerSecond: 1000,
  perCoreEventsPerSecond: 500,
  cores: 2,
  durationMs: 3000,
  method: 'kernel',
  version: '1',
};

/** A schedule whose measurement ends when the test says so, on a clock of its own. */
function scheduled(stored: Benchmark | null) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let idle = true;
  let finish: (benchmark: Benchmark) => void = () => undefined;
  const run = vi.fn(
    (signal: AbortSignal) =>
      new Promise<Benchmark>((resolve, reject) => {
        finish = resolve;
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  );
  const save = vi.fn(() => Promise.resolve());
  const schedule = createBenchmarkSchedule({
    run,
    record: { load: () => Promise.resolve(stored), save },
    isIdle: () => idle,
    onBenchmark: () => undefined,
    logger: pino({ level: 'silent' }),
  });
  const setIdle = (value: boolean) => {
    idle = value;
    schedule.jobsChanged();
  };
  return { schedule, run, save, setIdle, finish: () => finish(reading) };
}

it('measures at the first start and keeps the reading', async () => {
  const { schedule, run, save, finish } = scheduled(null);
  await schedule.start();
  finish();
  await vi.runAllTimersAsync();
  expect(run).toHaveBeenCalledTimes(1);
  expect(save).toHaveBeenCalledWith(reading);
  expect(schedule.current()).toEqual(reading);
});

it('measures nothing at a later start, but does on request', async () => {
  const { schedule, run } = scheduled(reading);
  await schedule.start();
  expect(schedule.current()).toEqual(reading);
  expect(run).not.toHaveBeenCalled();
  schedule.request();
  expect(run).toHaveBeenCalledTimes(1);
});

it('stops at once when a job comes and begins anew when the machine is idle again', async () => {
  const { schedule, run, setIdle } = scheduled(null);
  await schedule.start();
  setIdle(false);
  expect(run.mock.calls[0]?.[0].aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run).toHaveBeenCalledTimes(1);
  setIdle(true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(run).toHaveBeenCalledTimes(2);
});

it('never measures while a job runs, even on request', async () => {
  const { schedule, run, setIdle } = scheduled(reading);
  await schedule.start();
  setIdle(false);
  schedule.request();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run).not.toHaveBeenCalled();
});
