import { MeshdeckError } from '../../errors.js';
import { listNames } from '../column-names.js';
import type { ClassReading, ReadOutput } from './describe-scores.js';
import { classNames, type ModelFacts } from '../model-facts.js';
import { isFloat, numberAt, sumToOne } from './model-output.js';
import { numbered } from './result-columns.js';

/** What a person said of the outputs: nothing, the plain values, the largest value as the class, or one output alone. */
export type OutputChoice =
  { kind: 'found' } | { kind: 'raw' } | { kind: 'class' } | { kind: 'only'; output: string };

/** The choice that `output` of the reading's options stands for. */
export function outputChoice(output: string | undefined): OutputChoice {
  if (output === undefined) return { kind: 'found' };
  return output === 'raw' || output === 'class' ? { kind: output } : { kind: 'only', output };
}

/**
 * Which output's largest value names the class, as a person asked for.
 *
 * @throws MeshdeckError model-unsupported where no output, or more than one, has a value for each class.
 */
export function chosenClass(
  outputs: readonly ReadOutput[],
  facts: ModelFacts,
  rows: number,
): { output: ReadOutput; reading: ClassReading } {
  const lists = outputs.filter(({ values }) => isFloat(values) && values.rank === 1);
  const [only] = lists;
  if (lists.length > 1) {
    throw unmet(
      `The model has several outputs that could be scores of classes. Name the one that counts: ${listNames(lists.map(({ model }) => model.name))}.`,
    );
  }
  if (only !== undefined) {
    const { width } = only.values;
    const classes = only.model.score.classes ?? classNames(facts, width) ?? numbered(width);
    const how = 'The class with the largest value is the prediction, as you asked.';
    const kind = only.model.score.kind === 'linear' && !sumToOne(only.values, rows) ? 'softmax' : 'value';
    return {
      output: only,
      reading: { kind, classes: classes.length === width ? classes : numbered(width), how },
    };
  }
  const single = outputs.find((output) => output.model.score.kind === 'sigmoid' && output.values.width === 1);
  if (single !== undefined && isBetweenNoughtAndOne(single, rows)) {
    const how = 'One value from Sigmoid: 1 from one half on, as you asked.';
    return { output: single, reading: { kind: 'half', classes: classNames(facts, 2) ?? numbered(2), how } };
  }
  const [first] = outputs;
  throw unmet(
    first?.values.width === 1
      ? `The model gives one number for each row ("${first.model.name}") and nothing says from where on it is which class. Leave --output out to get the number.`
      : 'No output of the model holds one value for each class. Leave --output out to get the values as they are.',
  );
}

function isBetweenNoughtAndOne({ values }: ReadOutput, rows: number): boolean {
  for (let row = 0; row < rows; row++) {
    const value = numberAt(values, row);
    if (value < 0 || value > 1) return false;
  }
  return true;
}

function unmet(message: string): MeshdeckError {
  return new MeshdeckError('model-unsupported', message);
}
