import type { Histogram } from '@meshdeck/shared';
import { fill, histogramOf } from './histogram.js';
import { quantile } from './quantiles.js';
import { createReservoir } from './reservoir.js';
import { createSmallestRows, type RowPlace } from './smallest-rows.js';

const valuesKept = 1024 * 1024;
const rowsNamed = 10;
const probabilityEnds = Array.from({ length: 21 }, (_, end) => end / 20);

/** What is kept of a row the model was not sure of. */
export interface UnsureRow {
  largest: number;
  lead: number;
  /** The place of the class that came second. */
  second: number;
}

/** Looks for the rows a model was least sure of, and how sure it was of all. */
export interface CertaintyTally {
  /** One row's probabilities or scores, one for each class; a row with one that is no number counts for nothing. */
  take(values: Float64Array, batchRow: number, placeOf: (batchRow: number) => RowPlace): void;
  rows(): number;
  histogram(): Histogram;
  median(): number;
  /** Least sure first. */
  leastSure(): { place: RowPlace; kept: UnsureRow }[];
}

/**
 * By probabilities: least confidence, the smallest largest probability. By scores, whose size says nothing alone: the
 * smallest margin, the lead of the largest over the next [Settles 2009, "Active learning literature survey", 3.1].
 */
export function createCertaintyTally(by: 'probability' | 'lead'): CertaintyTally {
  const drawn = createReservoir(valuesKept);
  const unsure = createSmallestRows<UnsureRow>(rowsNamed);

  return {
    take(values, batchRow, placeOf) {
      let [largest, next] = [-Infinity, -Infinity];
      let [best, second] = [-1, -1];
      for (let at = 0; at < values.length; at++) {
        const value = values[at] as number;
        if (value > largest) {
          [next, second] = [largest, best];
          [largest, best] = [value, at];
        } else if (value > next) [next, second] = [value, at];
        else if (Number.isNaN(value)) return;
      }
      if (!Number.isFinite(largest) || !Number.isFinite(next)) return;
      const key = by === 'probability' ? largest : largest - next;
      drawn.add(key);
      if (unsure.wants(key)) unsure.add(key, placeOf(batchRow), { largest, lead: largest - next, second });
    },
    rows: drawn.seen,
    histogram() {
      const sorted = Float64Array.from(drawn.values()).sort();
      const isShare = by === 'probability' && (sorted[0] ?? 0) >= 0 && (sorted.at(-1) ?? 0) <= 1;
      return isShare ? fill(sorted, probabilityEnds) : histogramOf(sorted);
    },
    median: () => quantile(Float64Array.from(drawn.values()).sort(), 0.5),
    leastSure: () => unsure.rows(),
  };
}
