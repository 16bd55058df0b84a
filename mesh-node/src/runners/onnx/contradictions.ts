import type { ReadOutput } from './describe-scores.js';
import { isFloat, numberAt, type OutputValues } from './model-output.js';
import { numbered, type ResultColumn } from './result-columns.js';

/** Rows whose label is not the class with the largest score. */
export interface Contradictions {
  look(values: readonly OutputValues[], rows: number, lineOf: (row: number) => number): void;
  warnings(): string[];
}

/** Scores this close to the largest are as large. */
const tie = 1e-5;
const linesTold = 5;

/**
 * Watches a label beside scores that stand in columns of its classes. The label should be a class with the largest
 * score. Where no classifier's operator decides but the graph compares, two classes may be told apart by a threshold of
 * the model's own: then no row of the first class may score higher for the second than a row of the second does.
 * Undefined where there is nothing to compare.
 */
export function findContradictions(
  outputs: readonly ReadOutput[],
  columns: readonly ResultColumn[],
): Contradictions | undefined {
  const [prediction] = columns;
  const label = outputs.find(
    ({ at }) => prediction?.source.kind === 'value' && prediction.source.output === at,
  );
  const origin = label?.model.label;
  if (label === undefined || origin === undefined) return undefined;
  for (const scores of outputs) {
    const { width, rank } = scores.values;
    if (scores === label || !isFloat(scores.values) || rank !== 1 || width < 2) continue;
    const named = columns.filter(
      ({ name, source }) => source.output === scores.at && /^(probability|score)_/.test(name),
    );
    const counted = origin.by === 'best' && origin.scores !== undefined ? numbered(width) : undefined;
    const classes = origin.classes ?? counted;
    if (named.length === width && classes?.length === width) {
      return watch(label, scores, classes, origin.by !== 'classifier' && width === 2);
    }
  }
  return undefined;
}

function watch(
  label: ReadOutput,
  scores: ReadOutput,
  classes: readonly string[],
  mayHaveThreshold: boolean,
): Contradictions {
  const indexes = new Map(classes.map((name, index) => [name, index]));
  const lines: number[] = [];
  let total = 0;
  let count = 0;
  let highestFirst = -Infinity;
  let lowestSecond = Infinity;
  return {
    look(values, rows, lineOf) {
      const [labels, given] = [values[label.at], values[scores.at]];
      if (labels === undefined || given === undefined) return;
      const { width } = given;
      total += rows;
      for (let row = 0; row < rows; row++) {
        const index = indexes.get(String(labels.data[row]));
        if (index === undefined) continue;
        let largest = -Infinity;
        for (let at = 0; at < width; at++) largest = Math.max(largest, numberAt(given, row * width + at));
        const own = numberAt(given, row * width + index);
        const second = numberAt(given, row * width + width - 1);
        if (index === 0) highestFirst = Math.max(highestFirst, second);
        else lowestSecond = Math.min(lowestSecond, second);
        // A comparison with NaN is false: rows without numbers contradict nothing.
        if (!(own < largest - tie * Math.max(1, Math.abs(largest)))) continue;
        count++;
        if (lines.length < linesTold) lines.push(lineOf(row));
      }
    },
    warnings() {
      if (count === 0 || (mayHaveThreshold && highestFirst <= lowestSecond)) return [];
      const listed = `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}${count > lines.length ? ', ...' : ''}`;
      const svm = label.model.label?.node.operator === 'SVMClassifier';
      return [
        `In ${count.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows the model's label is not the class with its largest score (${listed}). ` +
          `Both are the model's own; "prediction" holds the label.` +
          (svm ? ' A support vector machine fits its probabilities apart from its labels.' : ''),
      ];
    },
  };
}
