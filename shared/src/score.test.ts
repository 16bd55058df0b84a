import { describe, expect, it } from 'vitest';
import { loadTerm, performanceTerm, scoreOf, thermalTerm } from './score.js';

// Worked by hand from the formulas in the docstrings.
describe('score', () => {
  it('weighs free CPU three times as much as free memory', () => {
    expect(loadTerm(100, 100)).toBeCloseTo(25, 12); // 1 / (0.03 + 0.01)
    expect(loadTerm(60, 40)).toBeCloseTo(13.333333333333334, 12); // 1 / (0.05 + 0.025) = 1 / 0.075
    expect(loadTerm(40, 60)).toBeCloseTo(10.909090909090908, 12); // 1 / (0.075 + 1/60) = 1 / 0.0916666
  });

  it('gives no load term to a machine with nothing free', () => {
    expect(loadTerm(0, 100)).toBe(0);
    expect(loadTerm(100, 0)).toBe(0);
  });

  it('adds events per second and at most 2 GB of free memory', () => {
    expect(performanceTerm(2000, 1_000_000_000)).toBeCloseTo(0.3, 12); // 0.2 + 0.1
    expect(performanceTerm(2000, 64_000_000_000)).toBeCloseTo(0.4, 12); // 0.2 + 0.2
    expect(performanceTerm(0, 500_000_000)).toBeCloseTo(0.05, 12);
  });

  it('falls linearly between 80 and 95 °C', () => {
    expect(thermalTerm(20)).toBe(1);
    expect(thermalTerm(80)).toBe(1);
    expect(thermalTerm(87.5)).toBeCloseTo(0.5, 12);
    expect(thermalTerm(95)).toBe(0);
    expect(thermalTerm(110)).toBe(0);
  });

  it('multiplies the three and flags a machine without a sensor', () => {
    const base = { freeCpuPercent: 60, freeMemPercent: 40, freeRamBytes: 1e9, eventsPerSecond: 2000 };
    // 13.3333 * 0.3 = 4
    const unknown = scoreOf({ ...base, cpuTemperatureCelsius: null });
    expect(unknown.score).toBeCloseTo(4, 12);
    expect(unknown).toMatchObject({ thermal: 1, thermalUnknown: true });
    const warm = scoreOf({ ...base, cpuTemperatureCelsius: 87.5 });
    expect(warm.score).toBeCloseTo(2, 12);
    expect(warm.thermalUnknown).toBe(false);
  });

  it('scores an unmeasured machine by its memory alone', () => {
    const score = scoreOf({
      freeCpuPercent: 100,
      freeMemPercent: 100,
      freeRamBytes: 2e9,
      eventsPerSecond: null,
      cpuTemperatureCelsius: 40,
    });
    expect(score.score).toBeCloseTo(5, 12); // 25 * 0.2
  });
});
