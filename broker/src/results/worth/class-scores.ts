import type { ClassScore, ClassWorth } from '@meshdeck/shared';
import { shortened as cut } from '../reading/read-row.js';

/** So many rows of class `truth` were taken for `prediction`. */
export interface ConfusedRows {
  truth: string;
  prediction: string;
  rows: number;
}

export const classesShown = 30;
const mistakesShown = 10;
const nameShown = 120;
const byName = new Intl.Collator('en', { numeric: true });

type Figures = Omit<ClassWorth, 'kind' | 'logLoss' | 'brier' | 'calibration'>;

interface Counts {
  truth: number;
  predicted: number;
  right: number;
}

/**
 * Accuracy, and precision, recall and F1 of each class, their means over all classes (macro), and the confusion matrix. A
 * class's precision is right / predicted, its recall right / truth, F1 = 2 right / (truth + predicted) [Sokolova and Lapalme
 * 2009, "A systematic analysis of performance measures for classification tasks"]. In the macro mean a figure that a class
 * does not have counts 0, as in scikit-learn's `zero_division=0`. Null where there is nothing to judge.
 */
export function classScores(pairs: readonly ConfusedRows[]): Figures | null {
  const counts = countClasses(pairs);
  const rows = pairs.reduce((sum, pair) => sum + pair.rows, 0);
  if (rows === 0) return null;
  const ordered = [...counts].sort(
    ([a, one], [b, other]) => other.truth - one.truth || other.predicted - one.predicted || (a < b ? -1 : 1),
  );
  const scores = ordered.map(([name, each]) => scoreOf(name, each));
  const right = ordered.reduce((sum, [, each]) => sum + each.right, 0);
  const [commonest] = ordered;
  const shown = scores
    .slice(0, classesShown)
    .map((score, place) => ({ score, name: ordered[place]?.[0] ?? '' }))
    .sort((a, b) => byName.compare(a.name, b.name));
  const mean = (of: (score: ClassScore) => number) =>
    scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    rows,
    right,
    accuracy: right / rows,
    commonest: { class: shortened(commonest?.[0] ?? ''), share: (commonest?.[1].truth ?? 0) / rows },
    classes: scores.length,
    scores: shown.map(({ score }) => score),
    macro: {
      precision: mean(({ precision }) => precision ?? 0),
      recall: mean(({ recall }) => recall ?? 0),
      f1: mean(({ f1 }) => f1),
    },
    confusion: confusionOf(
      pairs,
      shown.map(({ name }) => name),
      scores.length,
    ),
    mistakes: mistakesOf(pairs, counts),
  };
}

const shortened = (name: string) => cut(name, nameShown);

function countClasses(pairs: readonly ConfusedRows[]): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  const of = (name: string): Counts => {
    const known = counts.get(name) ?? { truth: 0, predicted: 0, right: 0 };
    counts.set(name, known);
    return known;
  };
  for (const { truth, prediction, rows } of pairs) {
    of(truth).truth += rows;
    of(prediction).predicted += rows;
    if (truth === prediction) of(truth).right += rows;
  }
  return counts;
}

function scoreOf(name: string, { truth, predicted, right }: Counts): ClassScore {
  return {
    class: shortened(name),
    truth,
    predicted,
    precision: predicted === 0 ? null : right / predicted,
    recall: truth === 0 ? null : right / truth,
    f1: (2 * right) / (truth + predicted),
  };
}

function confusionOf(
  pairs: readonly ConfusedRows[],
  shown: readonly string[],
  classes: number,
): ClassWorth['confusion'] {
  const hasOthers = classes > shown.length;
  const size = shown.length + (hasOthers ? 1 : 0);
  const places = new Map(shown.map((name, place) => [name, place]));
  const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const { truth, prediction, rows: count } of pairs) {
    const row = rows[places.get(truth) ?? shown.length];
    const column = places.get(prediction) ?? shown.length;
    if (row !== undefined) row[column] = (row[column] ?? 0) + count;
  }
  return { classes: shown.map(shortened), hasOthers, rows };
}

function mistakesOf(
  pairs: readonly ConfusedRows[],
  counts: ReadonlyMap<string, Counts>,
): ClassWorth['mistakes'] {
  return pairs
    .filter(({ truth, prediction }) => truth !== prediction)
    .sort((a, b) => b.rows - a.rows || (a.truth < b.truth ? -1 : 1))
    .slice(0, mistakesShown)
    .map(({ truth, prediction, rows }) => ({
      truth: shortened(truth),
      prediction: shortened(prediction),
      rows,
      share: rows / (counts.get(truth)?.truth ?? rows),
    }));
}
