import type { ModelOutput } from '../graph/model-outputs.js';
import { classNames, type ModelFacts } from '../model-facts.js';
import { isFloat, sumToOne, type OutputValues } from './model-output.js';
import {
  numbered,
  together,
  valueColumn,
  valueColumns,
  type DescribedOutput,
  type ResultColumn,
} from './result-columns.js';

/** One output, what it comes from, and its values for the first rows. */
export interface ReadOutput {
  /** Its index among those that are read. */
  at: number;
  model: ModelOutput;
  values: OutputValues;
}

/** How values for classes are to be written. */
export interface ClassReading {
  kind: 'value' | 'softmax' | 'half';
  classes: string[];
  how: string;
}

const countedNames = 'The file holds no names for the classes, so they are counted from 0.';

/**
 * Whether values without a label beside them are for classes, as the graph says: probabilities from softmax, a
 * classifier's scores, or scores for as many classes as the file names. Undefined where nothing says so.
 */
export function classReading(
  { model, values }: ReadOutput,
  facts: ModelFacts,
  rows: number,
): ClassReading | undefined {
  const { score } = model;
  const { width } = values;
  if (!isFloat(values) || score.part) return undefined;
  const named = facts.namedInMetadata.find((names) => names.length === width);
  const names = score.classes?.length === width ? score.classes : named;
  const called = names === undefined ? countedNames : `The classes are named in the file.`;
  const classes = names ?? numbered(width);
  if (width === 1) {
    const two = facts.namedInMetadata.find((list) => list.length === 2);
    if (score.kind !== 'sigmoid' || two === undefined) return undefined;
    const how =
      'One value from Sigmoid: the probability of the second of the two classes that the file names.';
    return { kind: 'half', classes: two, how };
  }
  if (values.rank !== 1) return undefined;
  switch (score.kind) {
    case 'probabilities':
      if (!sumToOne(values, rows, quantised) && hasNumbers(values)) return undefined;
      return {
        kind: 'value',
        classes,
        how: `Probabilities from softmax; the likeliest class is the prediction. ${called}`,
      };
    case 'logs':
      return {
        kind: 'softmax',
        classes,
        how: `Logarithms of probabilities, turned back into these; the likeliest class is the prediction. ${called}`,
      };
    case 'classifier':
      if (names === undefined) return undefined;
      return {
        kind: 'value',
        classes,
        how: `A classifier's scores; the class with the largest is the prediction. ${called}`,
      };
    case 'linear':
      if (named === undefined) return undefined;
      return {
        kind: 'softmax',
        classes: named,
        how: `Scores of the ${width} classes that the file names, after softmax; the likeliest class is the prediction.`,
      };
    default:
      return undefined;
  }
}

function hasNumbers(values: OutputValues): boolean {
  for (const value of values.data) if (!Number.isNaN(Number(value))) return true;
  return false;
}

/** How far probabilities of eight bits may be off together. */
const quantised = 5e-2;

/** Columns of values for classes: `prediction`, and one for each class. */
export function describeClasses(
  { at, model, values }: ReadOutput,
  { kind, classes, how }: ClassReading,
  rows: number,
): DescribedOutput {
  if (kind === 'half') {
    const columns: ResultColumn[] = [
      { name: 'prediction', source: { kind, output: at, classes } },
      { name: `probability_${classes[0]}`, source: { kind: 'complement', output: at } },
      valueColumn(`probability_${classes[1]}`, at, 0),
    ];
    return { output: at, columns: together(columns, [at]), how };
  }
  const allowed = model.score.kind === 'probabilities' ? quantised : undefined;
  const likely = kind === 'softmax' || sumToOne(values, rows, allowed) || !hasNumbers(values);
  const prefix = likely ? 'probability' : 'score';
  const columns = classes.map((name, index): ResultColumn => ({
    name: `${prefix}_${name}`,
    source: { kind, output: at, index },
  }));
  const best: ResultColumn = { name: 'prediction', source: { kind: 'best', output: at, classes } };
  return { output: at, columns: together([best, ...columns], [at]), how };
}

/** Values as they are, under a name. */
export function describeRaw({ at, values }: ReadOutput, name: string): DescribedOutput {
  return { output: at, columns: valueColumns(name, at, values.width), how: rawSentence(values) };
}

function rawSentence(values: OutputValues): string {
  if (values.width === 1) return 'The value as the model gives it.';
  const asIs = `The ${values.width} values of each row as the model gives them.`;
  if (!isFloat(values)) return asIs;
  if (values.rank > 1) return `${asIs} They stand in the order of the output's sizes, the last one fastest.`;
  return `${asIs} Nothing in the file says that they are scores of classes: choose "class" for the output (--output class) to take the largest for the prediction.`;
}

/** Names for a classifier's scores, where the file has as many. */
export function scoreNames({ model, values }: ReadOutput, facts: ModelFacts): string[] | undefined {
  if (model.score.classes?.length === values.width) return model.score.classes;
  return classNames(facts, values.width);
}
