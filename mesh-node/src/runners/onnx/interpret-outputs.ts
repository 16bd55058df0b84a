import { MeshdeckError } from '@meshdeck/shared';
import { freeName } from './column-names.js';
import { classNames, type ModelFacts } from './model-facts.js';
import { isFloat, sumToOne, type OutputValues } from './model-output.js';

/** Where a column of the result comes from; `output` is an index into the model's outputs. */
export type ColumnSource =
  | { kind: 'value'; output: number; index: number }
  /** The class with the largest value. */
  | { kind: 'best'; output: number; classes: string[] }
  /** One of two classes, by whether a probability reaches one half. */
  | { kind: 'half'; output: number; classes: string[] }
  /** One minus a value. */
  | { kind: 'complement'; output: number }
  /** A value after softmax over the output's row. */
  | { kind: 'softmax'; output: number; index: number };

export interface ResultColumn {
  name: string;
  source: ColumnSource;
  /** Outputs holding a row's probabilities: where one of them is no number, the cell is left empty. */
  needs?: readonly number[];
}

export interface InterpretRequest {
  outputs: readonly OutputValues[];
  /** Rows in `outputs`. */
  rows: number;
  facts: ModelFacts;
  /** The model looks at images or series. */
  deepInput: boolean;
  header: readonly string[];
}

const maxColumns = 1024;
const scoresName = /logit|class|score|label/i;

/**
 * What a model's outputs mean, as columns behind the input's own:
 * - An output of whole numbers, text or truth values is the label: `prediction`. Floats beside it are
 *   `probability_CLASS` where they sum to 1, `score_CLASS` where there is one for each class, else columns under the
 *   output's name.
 * - Floats alone that end in Softmax, or sum to 1, are probabilities: `prediction` is the likeliest class.
 * - Floats alone that are clearly logits go through softmax first: from LogSoftmax, named logits, scores, classes or
 *   labels, as many as the classes the model names, or from a network that looks at images.
 * - A lone value from Sigmoid is the probability of the second of two classes.
 * - Anything else is a regression: `prediction`; `prediction_0`, `prediction_1`... for one output of several values;
 *   `prediction_OUTPUT` for several outputs.
 *
 * A prediction and its probabilities are left empty where a row's probabilities are no numbers.
 * A name the table has already gets `_1`, `_2`... behind it. Decided on the first rows, kept for the whole table.
 *
 * @throws MeshdeckError model-unsupported when nothing can be written, or too much.
 */
export function interpretOutputs(request: InterpretRequest): ResultColumn[] {
  const { outputs, header } = request;
  if (outputs.length === 0) throw noOutputs();
  const taken = new Set(header);
  const columns = describeOutputs(request).map((column) => ({
    ...column,
    name: freeName(column.name, taken),
  }));
  if (columns.length > maxColumns) {
    throw new MeshdeckError(
      'model-unsupported',
      `The model gives ${columns.length} values for each row; at most ${maxColumns} fit in a table.`,
    );
  }
  return columns;
}

/** A model whose outputs are sequences, maps or single values for the whole table. */
export function noOutputs(): MeshdeckError {
  return new MeshdeckError(
    'model-unsupported',
    'The model gives no numbers or labels for each row. Export it with plain tensors as outputs.',
  );
}

function describeOutputs(request: InterpretRequest): ResultColumn[] {
  const { outputs } = request;
  const label = findLabel(outputs);
  if (label >= 0) return describeLabelled(request, label);
  const [only] = outputs;
  const classifier = outputs.findIndex((output) => areProbabilities(output, request));
  if (classifier >= 0) return describeClasses(request, classifier, 'value');
  if (outputs.length > 1 || only === undefined) {
    return outputs.flatMap((output, at) => describeValues(output, at, `prediction_${output.name}`));
  }
  if (only.width === 1) {
    return operatorOf(only, request) === 'Sigmoid'
      ? describeSigmoid(request)
      : [valueColumn('prediction', 0, 0)];
  }
  return areLogits(only, request)
    ? describeClasses(request, 0, 'softmax')
    : describeValues(only, 0, 'prediction');
}

/** The output that holds labels: the one named so, else the first that holds no floats. */
function findLabel(outputs: readonly OutputValues[]): number {
  const labels = outputs.map((output) => !isFloat(output) && output.width === 1);
  const named = outputs.findIndex(({ name }, at) => labels[at] === true && /label|class|pred/i.test(name));
  return named >= 0 ? named : labels.indexOf(true);
}

function describeLabelled(request: InterpretRequest, label: number): ResultColumn[] {
  const { outputs, facts } = request;
  const others = outputs.map((output, at) => ({ output, at })).filter(({ at }) => at !== label);
  const prediction = valueColumn('prediction', label, 0);
  // One output for each class (zipmap='columns').
  const classes = classNames(facts, others.length);
  if (others.length > 1 && classes !== undefined && others.every(({ output }) => output.width === 1)) {
    const probabilities = others.map(({ at }, index) => valueColumn(`probability_${classes[index]}`, at, 0));
    return together(
      [prediction, ...probabilities],
      others.map(({ at }) => at),
    );
  }
  const likelihoods = others.filter(({ output }) => areProbabilities(output, request)).map(({ at }) => at);
  const more = others.flatMap(({ output, at }) => {
    if (output.width === 1) return [valueColumn(output.name, at, 0)];
    const probabilities = likelihoods.includes(at);
    const known = classNames(facts, output.width);
    if (!probabilities && known === undefined) return describeValues(output, at, output.name);
    const names = known ?? numbered(output.width);
    const prefix = probabilities ? 'probability' : 'score';
    const columns = names.map((name, index) => valueColumn(`${prefix}_${name}`, at, index));
    return probabilities ? together(columns, [at]) : columns;
  });
  return [...together([prediction], likelihoods), ...more];
}

function describeClasses(request: InterpretRequest, at: number, kind: 'value' | 'softmax'): ResultColumn[] {
  const width = request.outputs[at]?.width ?? 0;
  const classes = classNames(request.facts, width) ?? numbered(width);
  const others = request.outputs.flatMap((output, index) =>
    index === at ? [] : describeValues(output, index, output.name),
  );
  const likelihoods = classes.map((name, index) => ({
    name: `probability_${name}`,
    source: { kind, output: at, index },
  }));
  return [
    ...together(
      [{ name: 'prediction', source: { kind: 'best', output: at, classes } }, ...likelihoods],
      [at],
    ),
    ...others,
  ];
}

function describeSigmoid({ facts }: InterpretRequest): ResultColumn[] {
  const classes = classNames(facts, 2) ?? numbered(2);
  return together(
    [
      { name: 'prediction', source: { kind: 'half', output: 0, classes } },
      { name: `probability_${classes[0]}`, source: { kind: 'complement', output: 0 } },
      valueColumn(`probability_${classes[1]}`, 0, 0),
    ],
    [0],
  );
}

/** Columns that say nothing about a row whose probabilities are no numbers. */
function together(columns: readonly ResultColumn[], needs: readonly number[]): ResultColumn[] {
  return columns.map((column) => ({ ...column, needs }));
}

function describeValues(output: OutputValues, at: number, name: string): ResultColumn[] {
  if (output.width === 1) return [valueColumn(name, at, 0)];
  return numbered(Math.min(output.width, maxColumns + 1)).map((number, index) =>
    valueColumn(`${name}_${number}`, at, index),
  );
}

function areProbabilities(output: OutputValues, request: InterpretRequest): boolean {
  if (!isFloat(output) || output.width < 2) return false;
  const operator = operatorOf(output, request);
  if (operator === 'Softmax') return true;
  return !operator.endsWith('Regressor') && sumToOne(output, request.rows);
}

function areLogits(output: OutputValues, request: InterpretRequest): boolean {
  if (!isFloat(output)) return false;
  const operator = operatorOf(output, request);
  if (operator === 'LogSoftmax') return true;
  if (operator.endsWith('Regressor') || operator === 'Sigmoid') return false;
  return (
    scoresName.test(output.name) || classNames(request.facts, output.width) !== undefined || request.deepInput
  );
}

function operatorOf(output: OutputValues, { facts }: InterpretRequest): string {
  return facts.operators.get(output.name) ?? '';
}

function valueColumn(name: string, output: number, index: number): ResultColumn {
  return { name, source: { kind: 'value', output, index } };
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}
