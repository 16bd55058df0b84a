import {
  bestOf,
  isFloat,
  type LabelOrigin,
  numberAt,
  numbered,
  type OutputValues,
  type ReadOutput,
  type ResultColumn,
  type ScoreOrigin,
} from '@meshdeck/shared/onnx';

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
 * the model's own, which is then said: no row of the first class scores higher for the second than a row of the second
 * does.
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
    const isIndex = (origin.by === 'best' && origin.scores !== undefined) || origin.isZeroOne;
    const classes = origin.classes ?? (isIndex ? numbered(width) : undefined);
    if (isBestOf(origin, scores.model.score)) continue;
    if (named.length === width && classes?.length === width) {
      const mayHaveThreshold = origin.by !== 'classifier' && width === 2;
      return watch(label, scores, classes, mayHaveThreshold);
    }
  }
  return undefined;
}

/** The best of these very scores, or of those that softmax takes: there is nothing that could differ. */
function isBestOf({ by, scores }: LabelOrigin, { node, value, kind }: ScoreOrigin): boolean {
  if (by !== 'best' || scores === undefined) return false;
  const softmax = (kind === 'probabilities' || kind === 'logs') && /Softmax$/.test(node?.operator ?? '');
  return scores === value || (softmax && node?.inputs[0] === scores);
}

function watch(
  label: ReadOutput,
  scores: ReadOutput,
  classes: readonly string[],
  mayHaveThreshold: boolean,
): Contradictions {
  const indexes = new Map(classes.map((name, index) => [name, index]));
  const isCalled = compareLabels(classes);
  const lines: number[] = [];
  let total = 0;
  let count = 0;
  let highestFirst = -Infinity;
  let lowestSecond = Infinity;

  function lookAt(row: number, labels: OutputValues, given: OutputValues, best: number): boolean {
    const index = indexes.get(String(labels.data[row]));
    if (index === undefined) return false;
    const at = row * given.width;
    if (mayHaveThreshold) {
      const second = numberAt(given, at + 1);
      if (index === 0) highestFirst = Math.max(highestFirst, second);
      else lowestSecond = Math.min(lowestSecond, second);
    }
    const largest = numberAt(given, at + best);
    // A comparison with NaN is false: rows without numbers contradict nothing.
    return numberAt(given, at + index) < largest - tie * Math.max(1, Math.abs(largest));
  }

  return {
    look(outputs, rows, lineOf) {
      const [labels, given] = [outputs[label.at], outputs[scores.at]];
      if (labels === undefined || given === undefined) return;
      total += rows;
      const isClass = isCalled(labels);
      for (let row = 0; row < rows; row++) {
        const best = bestOf(given, row);
        if (!mayHaveThreshold && isClass(row, best)) continue;
        if (!lookAt(row, labels, given, best)) continue;
        count++;
        if (lines.length < linesTold) lines.push(lineOf(row));
      }
    },
    warnings() {
      if (count === 0) return [];
      const why =
        mayHaveThreshold && highestFirst <= lowestSecond ? ': it decides by a threshold of its own' : '';
      const listed = `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}${count > lines.length ? ', ...' : ''}`;
      return [
        `In ${count.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows the model's label is not the class with its largest score (${listed})${why}. ` +
          `Both are the model's own; "prediction" holds the label.`,
      ];
    },
  };
}

/** Whether a row's label is the class with an index; 64-bit numbers by their halves, since a BigInt for each row costs more. */
function compareLabels(
  classes: readonly string[],
): (labels: OutputValues) => (row: number, index: number) => boolean {
  const whole = classes.every((name) => /^-?\d{1,18}$/.test(name));
  const words = new Int32Array(BigInt64Array.from(whole ? classes.map(BigInt) : []).buffer);
  return ({ data }) => {
    if (!whole || !(data instanceof BigInt64Array))
      return (row, index) => String(data[row]) === classes[index];
    const halves = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
    return (row, index) =>
      halves[2 * row] === words[2 * index] && halves[2 * row + 1] === words[2 * index + 1];
  };
}
