import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRuns, type Run } from './fit-runs.js';

const ms = (speed: { overheadMs: number; rowsPerSecond: number }, rows: number) =>
  speed.overheadMs + (1000 * rows) / speed.rowsPerSecond;

/** `error` is a factor around 1 for each run. */
const runsOf = (
  truth: { overheadMs: number; rowsPerSecond: number },
  runs: readonly (readonly [number, number])[],
) => runs.map(([rows, error]): Run => ({ rows, runMs: ms(truth, rows) * error }));

function offBy(
  runs: readonly Run[],
  truth: { overheadMs: number; rowsPerSecond: number },
  rows: number,
): number {
  const fit = fitRuns(runs);
  if (fit === null) throw new Error('expected a fit');
  return Math.abs(ms(fit, rows) / ms(truth, rows) - 1);
}

const truth = { overheadMs: 120, rowsPerSecond: 20_000 };

describe('learned speed', () => {
  const stable = fc.record({
    speed: fc.record({
      overheadMs: fc.double({ min: 0, max: 500, noNaN: true }),
      rowsPerSecond: fc.double({ min: 100, max: 1e6, noNaN: true }),
    }),
    runs: fc.array(
      fc.tuple(fc.integer({ min: 50, max: 2_000_000 }), fc.double({ min: 0.95, max: 1.05, noNaN: true })),
      { minLength: 3, maxLength: 16 },
    ),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  /** A size between those of the runs. */
  function between(runs: readonly (readonly [number, number])[], share: number): number {
    const sizes = runs.map(([rows]) => rows);
    const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
    return Math.round(low * (high / low) ** share);
  }

  it('predicts within 20 % after three runs on a stable machine, 99 times of 100', () => {
    const errors = fc
      .sample(stable, { numRuns: 3000, seed: 7 })
      .map(({ speed, runs, share }) => offBy(runsOf(speed, runs), speed, between(runs, share)))
      .sort((a, b) => a - b);
    expect(errors[1500]).toBeLessThan(0.05);
    expect(errors[2970]).toBeLessThan(0.2);
  });

  it('is exact on a machine that never varies', () => {
    fc.assert(
      fc.property(stable, ({ speed, runs, share }) => {
        const exact = runs.map(([rows]) => [rows, 1] as const);
        const sizes = exact.map(([rows]) => rows);
        fc.pre(Math.max(...sizes) >= 2 * Math.min(...sizes));
        expect(offBy(runsOf(speed, exact), speed, between(exact, share))).toBeLessThan(0.05);
      }),
      { endOnFailure: true },
    );
  });

  it('tells overhead from speed, so that it holds for sizes never run', () => {
    const runs = runsOf(truth, [
      [1000, 1],
      [50_000, 1],
      [5000, 1],
    ]);
    expect(fitRuns(runs)?.overheadMs).toBeCloseTo(120);
    expect(fitRuns(runs)?.rowsPerSecond).toBeCloseTo(20_000);
    expect(offBy(runs, truth, 10_000_000)).toBeLessThan(0.01);
  });

  it('is not moved by one run that met a busy machine, not even the newest', () => {
    const runs = runsOf(truth, [
      [100_000, 1],
      [200_000, 1],
      [150_000, 1],
      [100_000, 8],
    ]);
    expect(offBy(runs, truth, 150_000)).toBeLessThan(0.2);
  });

  it('is not moved by tiny runs that are all overhead', () => {
    const runs = runsOf(truth, [
      [100_000, 1],
      [200_000, 1],
      [150_000, 1],
      [3, 1],
      [2, 1],
      [3, 1.3],
      [1, 1],
    ]);
    expect(offBy(runs, truth, 1_000_000)).toBeLessThan(0.2);
  });

  it('follows a machine that became twice as slow within four runs', () => {
    const slower = { overheadMs: 120, rowsPerSecond: 10_000 };
    const sizes = [100_000, 200_000, 50_000, 150_000, 120_000];
    const before = sizes.flatMap((rows) =>
      runsOf(truth, [
        [rows, 1],
        [rows * 2, 1],
      ]),
    );
    const after = sizes.slice(0, 4).flatMap((rows) => runsOf(slower, [[rows, 1]]));
    expect(offBy([...before, ...after], slower, 150_000)).toBeLessThan(0.2);
  });

  it('predicts runs of one size by what they took', () => {
    expect(offBy([{ rows: 500, runMs: 12 }], { overheadMs: 0, rowsPerSecond: 500 / 0.012 }, 500)).toBeCloseTo(
      0,
    );
  });

  it('makes up no overhead from a machine whose load changed, so that it promises no speed it never had', () => {
    const halved = [
      [1850, 2124],
      [4385, 4646],
      [2633, 2978],
      [10_177, 20_466],
      [10_876, 20_483],
    ] as const;
    const alike = [
      [3556, 7242],
      [3948, 7966],
      [3556, 8064],
      [3556, 8008],
    ] as const;
    for (const list of [halved, alike]) {
      const fit = fitRuns(list.map(([rows, runMs]) => ({ rows, runMs })));
      expect(fit?.rowsPerSecond).toBeLessThan(1000);
      expect(fit?.overheadMs).toBeLessThan(1000);
    }
  });

  it('learns nothing from runs without rows or time', () => {
    expect(fitRuns([])).toBeNull();
    expect(
      fitRuns([
        { rows: 0, runMs: 10 },
        { rows: 5, runMs: 0 },
        { rows: 5, runMs: Number.NaN },
      ]),
    ).toBeNull();
  });
});
