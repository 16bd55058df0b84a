import type { Benchmark } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { KeptBenchmark } from '../benchmark/index.js';
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

/** Checked a minute ago, undisturbed. */
const good = (): KeptBenchmark => ({
  benchmark: reading,
  freeCpuPercentBefore: 95,
  checkedTs: Date.now() - 60_000,
});

/** A schedule whose measurement ends when the test says so, on a clock of its own. */
function scheduled(stored: KeptBenchmark | null) {
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
  const save = vi.fn((_kept: KeptBenchmark) => Promise.resolve());
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
  /** Heartbeats for so many seconds. */
  const beat = async (seconds: number, freeCpuPercent: number) => {
    for (let second = 0; second < seconds; second += 2) {
      schedule.sawFreeCpu(freeCpuPercent);
      await vi.advanceTimersByTimeAsync(2000);
    }
  };
  const finishWith = async (eventsPerSecond: number) => {
    finish({ ...reading, ts: Date.now(), eventsPerSecond });
    await vi.advanceTimersByTimeAsync(0);
  };
  return { schedule, run, save, setIdle, beat, finishWith, finish: () => finish(reading) };
}

it('measures at the first start and keeps the reading', async () => {
  const { schedule, run, save, finish } = scheduled(null);
  await schedule.start();
  finish();
  await vi.runAllTimersAsync();
  expect(run).toHaveBeenCalledTimes(1);
  expect(save).toHaveBeenCalledWith({
    benchmark: reading,
    freeCpuPercentBefore: null,
    checkedTs: expect.any(Number) as number,
  });
  expect(schedule.current()).toEqual(reading);
});

it('measures nothing at a later start, but does on request', async () => {
  const { schedule, run } = scheduled(good());
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
  const { schedule, run, setIdle } = scheduled(good());
  await schedule.start();
  setIdle(false);
  schedule.request();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run).not.toHaveBeenCalled();
});

it('measures again once where it first measured under load, and keeps the higher reading', async () => {
  const { schedule, run, save, beat, finishWith } = scheduled({ ...good(), freeCpuPercentBefore: 30 });
  await schedule.start();
  await beat(58, 95);
  expect(run).not.toHaveBeenCalled();
  await beat(10, 95);
  expect(run).toHaveBeenCalledTimes(1);
  await finishWith(1500);
  expect(schedule.current()?.eventsPerSecond).toBe(1500);
  expect(save.mock.calls[0]?.[0]).toMatchObject({ freeCpuPercentBefore: 95, checkedTs: Date.now() });
  await beat(300, 95);
  expect(run).toHaveBeenCalledTimes(1);
});

it('measures again after a day, and keeps what it had where that was more', async () => {
  const { schedule, run, save, beat, finishWith } = scheduled(good());
  await schedule.start();
  await beat(120, 95);
  expect(run).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 25 * 3_600_000);
  await beat(2, 95);
  expect(run).toHaveBeenCalledTimes(1);
  await finishWith(900);
  expect(schedule.current()).toEqual(reading);
  expect(save.mock.calls[0]?.[0]).toMatchObject({ benchmark: reading, checkedTs: Date.now() });
  await beat(300, 95);
  expect(run).toHaveBeenCalledTimes(1);
});

it('checks in calm minutes only, and gives way to a job until the next one', async () => {
  const { schedule, run, setIdle, beat } = scheduled({ ...good(), freeCpuPercentBefore: null });
  await schedule.start();
  await beat(40, 95);
  await beat(2, 60);
  await beat(40, 95);
  expect(run).not.toHaveBeenCalled();
  setIdle(false);
  await beat(120, 95);
  expect(run).not.toHaveBeenCalled();
  setIdle(true);
  await beat(66, 95);
  expect(run).toHaveBeenCalledTimes(1);
  setIdle(false);
  await beat(2, 50);
  setIdle(true);
  await beat(50, 95);
  expect(run).toHaveBeenCalledTimes(1);
  await beat(20, 95);
  expect(run).toHaveBeenCalledTimes(2);
});

it('replaces the reading where a person asks, also by a lower one', async () => {
  const { schedule, finishWith } = scheduled(good());
  await schedule.start();
  schedule.request();
  await finishWith(700);
  expect(schedule.current()?.eventsPerSecond).toBe(700);
});

it('measures for the person who asks while a check runs', async () => {
  const { schedule, run, beat, finishWith } = scheduled({ ...good(), freeCpuPercentBefore: null });
  await schedule.start();
  await beat(66, 95);
  schedule.request();
  expect(run).toHaveBeenCalledTimes(1);
  await finishWith(1200);
  await vi.advanceTimersByTimeAsync(2000);
  expect(run).toHaveBeenCalledTimes(2);
});
