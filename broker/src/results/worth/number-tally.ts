import type { NumberDistribution, NumberWorth } from '@meshdeck/shared';
import { histogramOf } from './histogram.js';
import { planeOf } from './plane.js';
import { quantile } from './quantiles.js';
import { createReservoir } from './reservoir.js';

/** Values kept for medians and charts: 16 MB with the errors beside them. */
const valuesKept = 1024 * 1024;

/** Adds up predicted numbers, and their errors where the truth is known. Both must be finite. */
export interface NumberTally {
  predicted(prediction: number): void;
  judged(truth: number, prediction: number): void;
  distribution(): NumberDistribution | null;
  worth(): Omit<NumberWorth, 'worst'> | null;
}

/**
 * With e = prediction - truth over n rows: MAE = mean |e|, RMSE = sqrt(mean e^2), bias = mean e, and
 * R2 = 1 - sum e^2 / sum (truth - mean truth)^2, the coefficient of determination [Draper and Smith 1998, 1.3]. Sums of
 * squares about a mean are updated row by row [Welford 1962], which keeps their digits.
 */
export function createNumberTally(): NumberTally {
  const predictions = createMoments();
  const truths = createMoments();
  const drawn = createReservoir(valuesKept);
  const errors = createReservoir(valuesKept, { pairs: true });
  let rows = 0;
  let [absolute, squared, sum] = [0, 0, 0];

  return {
    predicted(prediction) {
      predictions.add(prediction);
      drawn.add(prediction);
    },
    judged(truth, prediction) {
      const error = prediction - truth;
      rows++;
      absolute += Math.abs(error);
      squared += error * error;
      sum += error;
      truths.add(truth);
      errors.add(error, prediction);
    },
    distribution() {
      if (predictions.count() === 0) return null;
      const sorted = Float64Array.from(drawn.values()).sort();
      return {
        kind: 'numbers',
        histogram: histogramOf(sorted),
        mean: predictions.mean(),
        deviation: Math.sqrt(predictions.squares() / predictions.count()),
        quantiles: {
          min: predictions.min(),
          p5: quantile(sorted, 0.05),
          p25: quantile(sorted, 0.25),
          median: quantile(sorted, 0.5),
          p75: quantile(sorted, 0.75),
          p95: quantile(sorted, 0.95),
          max: predictions.max(),
        },
        drawn: predictions.count() > sorted.length ? sorted.length : null,
      };
    },
    worth() {
      if (rows === 0) return null;
      const kept = Float64Array.from(errors.values());
      const sizes = kept.map(Math.abs).sort();
      return {
        kind: 'numbers',
        rows,
        mae: absolute / rows,
        rmse: Math.sqrt(squared / rows),
        medianAbsoluteError: quantile(sizes, 0.5),
        r2: truths.squares() === 0 ? null : 1 - squared / truths.squares(),
        bias: sum / rows,
        rmseOfMean: Math.sqrt(truths.squares() / rows),
        errors: histogramOf(Float64Array.from(kept).sort()),
        plane: planeOf(errors.seconds(), kept),
        drawn: rows > kept.length ? kept.length : null,
      };
    },
  };
}

function createMoments() {
  let count = 0;
  let mean = 0;
  let squares = 0;
  let min = Infinity;
  let max = -Infinity;
  return {
    add(value: number): void {
      count++;
      const distance = value - mean;
      mean += distance / count;
      squares += distance * (value - mean);
      if (value < min) min = value;
      if (value > max) max = value;
    },
    count: () => count,
    mean: () => mean,
    /** The sum of the squared distances from the mean. */
    squares: () => squares,
    min: () => min,
    max: () => max,
  };
}
