import { mostClasses } from './class-names.js';

/** Counts predictions, and pairs of truth and prediction, by the numbers of their classes. */
export interface ClassTally {
  predicted(prediction: number): void;
  judged(truth: number, prediction: number): void;
  /** Rows by class. */
  predictions(): Map<number, number>;
  pairs(): { truth: number; prediction: number; rows: number }[];
  rows(): number;
}

export function createClassTally(): ClassTally {
  const predictions = new Map<number, number>();
  const pairs = new Map<number, number>();
  let rows = 0;
  return {
    predicted: (prediction) => void predictions.set(prediction, (predictions.get(prediction) ?? 0) + 1),
    judged(truth, prediction) {
      const pair = truth * mostClasses + prediction;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      rows++;
    },
    predictions: () => predictions,
    pairs: () =>
      [...pairs].map(([pair, count]) => ({
        truth: Math.floor(pair / mostClasses),
        prediction: pair % mostClasses,
        rows: count,
      })),
    rows: () => rows,
  };
}
