import { weightedMedian } from './weighted-median.js';

/** One finished run of a model: its rows and all it took but the transfers, in ms. */
export interface Run {
  rows: number;
  runMs: number;
}

/** `runMs = overheadMs + rows / rowsPerSecond * 1000` */
export interface Speed {
  rowsPerSecond: number;
  overheadMs: number;
}

/** Each run counts this much of the next newer one, so that four new runs outweigh any number of old ones. */
const decay = 0.8;
/** Two runs tell overhead and slope apart only when one has this many times the rows of the other. */
const tellingRatio = 2;
/** An overhead is believed when it brings the line this much closer to the runs. */
const clearlyCloser = 0.7;
/** What a run is taken to cost whatever its rows, as long as no two runs tell. At most half of the shortest. */
const assumedOverheadMs = 50;
const refinements = 3;

interface Weighted extends Run {
  weight: number;
}

/** Theil-Sen: the median of the slopes between pairs, those far apart counting more. In ms per row. */
function slopeBetween(runs: readonly Weighted[]): number | null {
  const slopes: { value: number; weight: number }[] = [];
  for (const [index, a] of runs.entries()) {
    for (const b of runs.slice(index + 1)) {
      const [small, large] = a.rows < b.rows ? [a, b] : [b, a];
      if (large.rows < small.rows * tellingRatio) continue;
      const rows = large.rows - small.rows;
      slopes.push({
        value: (large.runMs - small.runMs) / rows,
        weight: a.weight * b.weight * Math.log1p(rows),
      });
    }
  }
  return slopes.length === 0 ? null : Math.max(0, weightedMedian(slopes));
}

/** Small runs show the overhead best: what noise there is grows with the time. */
function overheadAt(slope: number, runs: readonly Weighted[]): number {
  const left = runs.map(({ rows, runMs, weight }) => ({
    value: runMs - slope * rows,
    weight: weight / Math.max(1, runMs),
  }));
  return Math.max(0, weightedMedian(left));
}

/** Large runs show the slope best: each counts by the share of its time that is not overhead. */
function slopeAt(overheadMs: number, runs: readonly Weighted[]): number {
  const slopes = runs.flatMap(({ rows, runMs, weight }) => {
    const share = (runMs - overheadMs) / Math.max(runMs, 1e-9);
    return share > 0 ? [{ value: (runMs - overheadMs) / rows, weight: weight * share * share }] : [];
  });
  return weightedMedian(slopes);
}

/**
 * Least squares of the errors as shares of the times, so that small runs count like large ones; runs far from `near`
 * are left out. Null where it would take a negative overhead or speed.
 */
function leastSquares(near: Line, runs: readonly Weighted[]): Line | null {
  let [aa, ab, bb, a, b] = [0, 0, 0, 0, 0];
  for (const { rows, runMs, weight } of runs) {
    if (Math.abs((near.overheadMs + near.slope * rows) / runMs - 1) > farthest) continue;
    const [x, y] = [1 / runMs, rows / runMs];
    aa += weight * x * x;
    ab += weight * x * y;
    bb += weight * y * y;
    a += weight * x;
    b += weight * y;
  }
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-9 * aa * bb)) return null;
  const overheadMs = (a * bb - b * ab) / determinant;
  const slope = (b * aa - a * ab) / determinant;
  return overheadMs >= 0 && slope > 0 ? { overheadMs, slope } : null;
}

interface Line {
  overheadMs: number;
  slope: number;
}

/** How far the line is from the runs, as a share of their times; outliers count no more than `farthest`. */
const farthest = 0.5;
function distance({ overheadMs, slope }: Line, runs: readonly Weighted[]): number {
  return runs.reduce(
    (sum, { rows, runMs, weight }) =>
      sum + weight * Math.min(farthest, Math.abs((overheadMs + slope * rows) / runMs - 1)),
    0,
  );
}

const closest = (lines: readonly Line[], runs: readonly Weighted[]) =>
  lines
    .map((line) => ({ ...line, off: distance(line, runs) }))
    .reduce((best, line) => (line.off < best.off ? line : best));

/** Lines that tell overhead and slope apart; none where the runs are too much alike to tell. */
function tellingLines(simple: readonly Line[], runs: readonly Weighted[]): Line[] {
  const sizes = runs.map(({ rows }) => rows);
  if (Math.max(...sizes) < tellingRatio * Math.min(...sizes)) return [];
  const lines: Line[] = [];
  // Some of the shortest run went into its rows, whatever the noise says.
  const highestMs = 0.98 * Math.min(...runs.map(({ runMs }) => runMs));
  let slope = slopeBetween(runs);
  for (let round = 0; slope !== null && round < refinements; round += 1) {
    const overheadMs = Math.min(overheadAt(slope, runs), highestMs);
    slope = slopeAt(overheadMs, runs);
    lines.push({ overheadMs, slope });
  }
  const squares = [...simple, ...lines].flatMap((line) => leastSquares(line, runs) ?? []);
  return [...lines, ...squares.filter(({ overheadMs }) => overheadMs <= highestMs)];
}

/**
 * Overhead and rows/s from runs, oldest first; null where none had rows. Medians throughout, so that a run which met
 * a busy machine, or a tiny one that is all overhead, moves nothing by itself. Nearly all of the time is taken to be
 * due to the rows, unless runs of different sizes clearly show an overhead: one made up of noise would promise
 * far too much for larger tables.
 */
export function fitRuns(runs: readonly Run[]): Speed | null {
  const usable = runs.filter(({ rows, runMs }) => rows > 0 && runMs > 0 && Number.isFinite(runMs));
  const weighted = usable.map((run, index) => ({ ...run, weight: decay ** (usable.length - 1 - index) }));
  if (weighted.length === 0) return null;
  const shortestMs = Math.min(...weighted.map(({ runMs }) => runMs));
  const assumed = Math.min(assumedOverheadMs, shortestMs / 2);
  const simple = [0, assumed].map((overheadMs) => ({ overheadMs, slope: slopeAt(overheadMs, weighted) }));
  const telling = tellingLines(simple, weighted);
  let best = closest(simple, weighted);
  if (telling.length > 0) {
    const other = closest(telling, weighted);
    if (other.off < clearlyCloser * best.off) best = other;
  }
  return { overheadMs: best.overheadMs, rowsPerSecond: 1000 / Math.max(best.slope, 1e-9) };
}
