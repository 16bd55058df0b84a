import type { Histogram } from '@meshdeck/shared';
import { quantile } from './quantiles.js';

const mostBars = 40;

/** Ends of bars that people can read: 1, 2 or 5 times a power of ten apart. */
function niceStep(span: number, bars: number): number {
  const raw = span / bars;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((each) => each * power >= raw) ?? 10;
  return factor * power;
}

/**
 * A histogram of values in ascending order. Where the outer hundredth of them lies so far off that it would squeeze the others
 * into a few bars, it is counted beside the bars. Whole numbers of a small range get a bar each.
 */
export function histogramOf(sorted: Float64Array): Histogram {
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return { bars: [], below: 0, above: 0 };
  if (first === last) return { bars: [{ from: first, to: last, rows: sorted.length }], below: 0, above: 0 };
  const [low, high] = [quantile(sorted, 0.005), quantile(sorted, 0.995)];
  const isSqueezed = high > low && last - first > 4 * (high - low);
  const ends = isSqueezed ? [low, high] : [first, last];
  const isWhole = (ends[1] ?? 0) - (ends[0] ?? 0) <= mostBars && sorted.every(Number.isInteger);
  const [from = 0, to = 0] = isWhole ? [Math.floor(ends[0] ?? 0), Math.ceil(ends[1] ?? 0)] : ends;
  const wanted = Math.min(mostBars, Math.max(8, Math.ceil(Math.log2(sorted.length)) + 6));
  const step = isWhole ? 1 : niceStep(to - from, wanted);
  const begin = isWhole ? from - 0.5 : Math.floor(from / step) * step;
  const count = Math.max(1, Math.ceil((to - begin) / step + (isWhole ? 0 : 1e-9)));
  if (!Number.isFinite(begin) || !Number.isFinite(step) || step <= 0 || count > 60) {
    return { bars: [{ from: first, to: last, rows: sorted.length }], below: 0, above: 0 };
  }
  return fill(
    sorted,
    Array.from({ length: count + 1 }, (_, bar) => begin + bar * step),
  );
}

/** Counts values into bars with these ends; each bar holds its lower end, the last one its upper end too. */
export function fill(values: ArrayLike<number>, ends: readonly number[]): Histogram {
  const bars = ends.slice(1).map((to, bar) => ({ from: ends[bar] ?? to, to, rows: 0 }));
  const [from = 0, to = 0] = [ends[0], ends.at(-1)];
  let [below, above] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value < from) below++;
    else if (value > to) above++;
    else {
      const bar = bars[barOf(value, ends)];
      if (bar !== undefined) bar.rows++;
    }
  }
  return { bars, below, above };
}

/** The bar a value between the outer ends lies in. */
function barOf(value: number, ends: readonly number[]): number {
  let [low, high] = [0, ends.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= (ends[middle] as number)) low = middle;
    else high = middle - 1;
  }
  return low;
}
