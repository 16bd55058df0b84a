import { MeshdeckError } from '../../errors.js';
import type { OutputReading } from '../../models/reading.js';
import { freeName, listNames } from '../column-names.js';
import { describeLabelled } from './describe-labelled.js';
import { classReading, describeClasses, describeRaw, type ReadOutput } from './describe-scores.js';
import { chosenClass, type OutputChoice } from './output-choice.js';
import { meaningOfNumbers } from '../graph/label-encodings.js';
import { findLabel } from './find-label.js';
import type { ModelFacts } from '../model-facts.js';
import { maxColumns, type DescribedOutput, type ResultColumn } from './result-columns.js';

export interface InterpretRequest {
  outputs: readonly ReadOutput[];
  /** Rows in `outputs`. */
  rows: number;
  facts: ModelFacts;
  /** What a person said of the outputs. */
  choice: OutputChoice;
  header: readonly string[];
  /** The model's inputs on which no result depends. */
  idle: readonly string[];
}

export interface InterpretedOutputs {
  columns: ResultColumn[];
  readings: OutputReading[];
}

/**
 * What a model's outputs mean, as columns behind the input's own. Decided by the graph, on the first rows, and kept for
 * the whole table:
 * - What the model decides on (a classifier's label, an ArgMax, a comparison, a look-up) is `prediction`; beside it stand
 *   `probability_CLASS` where values sum to 1, `score_CLASS` where there is one for each class, else the output's own name.
 * - Softmax, a classifier's scores, or scores for as many classes as the file names, with no label: the class with the
 *   largest value is `prediction`, and each class has its column.
 * - Everything else as it is: `prediction`, `prediction_0`, `prediction_1`... for the only output, and
 *   `prediction_OUTPUT`, `prediction_OUTPUT_0`... for one of several.
 *
 * A prediction and its probabilities are left empty where a row's probabilities are no numbers. A name the table has
 * already gets `_1`, `_2`... behind it.
 *
 * @throws MeshdeckError model-unsupported when there are too many values, or `choice` cannot be met.
 */
export function interpretOutputs(request: InterpretRequest): InterpretedOutputs {
  const described = describe(request);
  refuseTooMany(described, request.outputs);
  const taken = new Set(request.header);
  const named = described.map(({ output, columns, how }) => ({
    output,
    how,
    columns: columns.map((column) => ({ ...column, name: freeName(column.name, taken) })),
  }));
  return {
    columns: named.flatMap(({ columns }) => columns),
    readings: named.map(({ output, columns, how }) => ({
      output: request.outputs[output]?.model.name.slice(0, 200) ?? '',
      columns: columns.map(({ name }) => name.slice(0, 200)),
      how: how.slice(0, 500),
    })),
  };
}

function describe({ outputs, rows, facts, choice, idle }: InterpretRequest): DescribedOutput[] {
  if (choice.kind === 'raw') return describeAllRaw(outputs);
  const label = findLabel(outputs);
  if (label === 'several') return describeAllRaw(outputs);
  if (label !== undefined) {
    const others = outputs.filter((output) => output !== label);
    const meaning = meaningOfNumbers(label.model.label?.classes, facts.encodings, idle);
    const [first, ...rest] = describeLabelled(label, others, facts, rows);
    if (first === undefined || meaning === undefined) return first === undefined ? rest : [first, ...rest];
    return [{ ...first, how: `${first.how} ${meaning}` }, ...rest];
  }
  const readings = outputs.map((output) => classReading(output, facts, rows));
  const classy = outputs.filter((_, at) => readings[at] !== undefined);
  const [only] = classy;
  const reading = only === undefined ? undefined : readings[outputs.indexOf(only)];
  if (only !== undefined && reading !== undefined && classy.length === 1) {
    return withOthers(describeClasses(only, reading, rows), only, outputs);
  }
  if (choice.kind === 'class') {
    const { output, reading: chosen } = chosenClass(outputs, facts, rows);
    return withOthers(describeClasses(output, chosen, rows), output, outputs);
  }
  return describeAllRaw(outputs);
}

function withOthers(
  first: DescribedOutput,
  only: ReadOutput,
  outputs: readonly ReadOutput[],
): DescribedOutput[] {
  const others = outputs.filter((output) => output !== only);
  return [first, ...others.map((other) => describeRaw(other, other.model.name))];
}

function describeAllRaw(outputs: readonly ReadOutput[]): DescribedOutput[] {
  const alone = outputs.length === 1;
  return outputs.map((output) =>
    describeRaw(output, alone ? 'prediction' : `prediction_${output.model.name}`),
  );
}

function refuseTooMany(described: readonly DescribedOutput[], outputs: readonly ReadOutput[]): void {
  const count = described.reduce((sum, { columns }) => sum + columns.length, 0);
  if (count <= maxColumns) return;
  const widest = outputs.toSorted((a, b) => b.values.width - a.values.width)[0];
  const others = outputs.filter((output) => output !== widest && output.values.width <= maxColumns);
  const choose =
    others.length === 0
      ? 'Export the model with what you need of it: a class, an average, the largest values.'
      : `Choose another output (--output): ${listNames(others.map(({ model }) => model.name))}.`;
  throw new MeshdeckError(
    'model-unsupported',
    `The model's output "${widest?.model.name}" has ${widest?.values.width.toLocaleString('en-US')} values for each row; at most ` +
      `${maxColumns.toLocaleString('en-US')} fit into a table. ${choose}`,
  );
}
