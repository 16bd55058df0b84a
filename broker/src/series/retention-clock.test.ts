import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRetentionClock, type ClockMemory } from './retention-clock.js';

const hour = 3_600_000;
const day = 24 * hour;
const begin = Date.UTC(2026, 0, 1);

/** A computer: its true time, how far its clock is off, and a hub that looks every minute. */
function computer(remembered: ClockMemory | null = null, offMs = 0, { tellsBoots = true } = {}) {
  let boot = 1;
  let bootedAt = begin;
  const now = { trueMs: begin, offMs };
  const parts = () => ({
    clock: () => now.trueMs + now.offMs,
    uptime: () => now.trueMs - bootedAt,
    boot: tellsBoots ? boot : 0,
  });
  let hub = createRetentionClock({ ...parts(), remembered });
  return {
    now,
    look: () => hub.look(),
    notice: () => hub.notice(),
    run(ms: number) {
      for (let left = ms; left > 0; left -= 10 * 60_000) {
        now.trueMs += Math.min(left, 10 * 60_000);
        hub.look();
      }
    },
    off(ms: number) {
      now.trueMs += ms;
    },
    restart(reboot: boolean) {
      if (reboot) {
        boot += 1;
        bootedAt = now.trueMs;
      }
      hub = createRetentionClock({ ...parts(), remembered: hub.memory });
    },
  };
}

it('follows a clock that goes, over nights and weekends off', () => {
  const it = computer();
  it.run(8 * hour);
  it.off(64 * hour);
  it.restart(true);
  expect(it.look()).toEqual({ safeMs: it.now.trueMs, isSettled: true });
  expect(it.notice()).toBeNull();
});

it('does not believe a clock that is months ahead at one start, and says so', () => {
  const it = computer();
  it.run(hour);
  it.now.offMs = 90 * day;
  it.restart(true);
  expect(it.look().safeMs).toBe(begin + hour);
  expect(it.notice()).toMatch(/clock of the hub's computer is .* ahead of when this hub last ran/);
  it.run(2 * hour);
  expect(it.look()).toEqual({ safeMs: begin + 3 * hour, isSettled: false });
  it.now.offMs = 0;
  it.restart(true);
  expect(it.look()).toEqual({ safeMs: begin + 3 * hour, isSettled: true });
  expect(it.notice()).toBeNull();
});

it('sees a clock that is set while the computer runs, by minutes', () => {
  const it = computer();
  it.run(hour);
  it.now.offMs = day;
  expect(it.look()).toEqual({ safeMs: begin + hour, isSettled: false });
  it.restart(false);
  expect(it.look().safeMs).toBe(begin + hour);
});

it('believes a hub that was off for months once its clock has gone evenly for a day', () => {
  const it = computer();
  it.run(hour);
  it.off(90 * day);
  it.restart(true);
  expect(it.look().isSettled).toBe(false);
  it.run(23 * hour);
  expect(it.look().isSettled).toBe(false);
  it.run(2 * hour);
  expect(it.look()).toEqual({ safeMs: it.now.trueMs, isSettled: true });
});

it('believes it also in the days of a computer that is off at night', () => {
  const it = computer();
  it.off(90 * day);
  it.restart(true);
  for (let time = 0; time < 4; time += 1) {
    it.run(9 * hour);
    it.off(15 * hour);
    it.restart(true);
  }
  expect(it.look().isSettled).toBe(true);
});

it('believes it, and sees a clock that is set, also where the system does not tell one boot from the next', () => {
  const it = computer(null, 0, { tellsBoots: false });
  it.run(hour);
  it.off(90 * day);
  it.restart(true);
  expect(it.look().isSettled).toBe(false);
  it.run(25 * hour);
  expect(it.look()).toEqual({ safeMs: it.now.trueMs, isSettled: true });
  it.now.offMs = day;
  expect(it.look()).toEqual({ safeMs: it.now.trueMs, isSettled: false });
});

it('never runs ahead of the true time where the clock was right at first and off for less than a day', () => {
  const step = fc.record({
    runMs: fc.integer({ min: 0, max: 20 * hour }),
    offMs: fc.integer({ min: 4 * day, max: 400 * day }),
    reboot: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      const it = computer();
      for (const { runMs, offMs, reboot } of steps) {
        it.now.offMs = offMs;
        it.restart(reboot);
        it.run(runMs);
        expect(it.look().safeMs).toBeLessThanOrEqual(it.now.trueMs);
        it.now.offMs = 0;
        it.restart(true);
        expect(it.look().safeMs).toBeLessThanOrEqual(it.now.trueMs);
      }
    }),
    { numRuns: 50 },
  );
});
