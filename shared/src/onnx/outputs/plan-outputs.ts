import { MeshdeckError } from '../../errors.js';
import type { OutputReading } from '../../models/reading.js';
import { listNames } from '../column-names.js';
import type { ModelOutput } from '../graph/model-outputs.js';
import { rowsOfOutput } from '../graph/rows/output-rows.js';
import { passedOnByMlNet } from './ml-net.js';
import type { ModelFacts } from '../model-facts.js';
import type { OutputChoice } from './output-choice.js';

export interface OutputPlan {
  /** What is read, in the model's order. */
  read: ModelOutput[];
  leftOut: OutputReading[];
  /** Sentences that people should see. */
  warnings: string[];
  /** Inputs that what is read depends on. */
  inputs: ReadonlySet<string>;
}

/**
 * Which of a model's outputs are read. Left out, with the reason: what repeats an input, what is the same for every
 * row, what is no tensor, what has no row for each row, and, where one is chosen, the others.
 *
 * @throws MeshdeckError model-unsupported when nothing is left, saying why.
 */
export function planOutputs(
  outputs: readonly ModelOutput[],
  choice: OutputChoice,
  facts: Pick<ModelFacts, 'producer'>,
): OutputPlan {
  if (choice.kind === 'only' && !outputs.some(({ name }) => name === choice.output)) {
    throw new MeshdeckError(
      'model-unsupported',
      `The model has no output "${choice.output}". It has ${listNames(outputs.map(({ name }) => name))}.`,
    );
  }
  const reasons = new Map<ModelOutput, string>();
  for (const output of outputs) {
    const reason =
      unreadable(output) ?? (choice.kind === 'only' ? undefined : passedOnByMlNet(output, outputs, facts));
    if (reason !== undefined) reasons.set(output, reason);
    else if (choice.kind === 'only' && output.name !== choice.output)
      reasons.set(output, 'another output was chosen');
  }
  const readable = outputs.filter((output) => !reasons.has(output));
  const echoes = readable.filter(({ lineage }) => lineage.computation === 'echo');
  // A model that does nothing but repeat its inputs is read all the same: it is all that there is.
  const onlyEchoes = echoes.length === readable.length;
  if (!onlyEchoes) for (const echo of echoes) reasons.set(echo, echoReason(echo));
  const read = outputs.filter((output) => !reasons.has(output));
  if (read.length === 0) throw nothingToRead(reasons);
  return {
    read,
    leftOut: [...reasons].map(([{ name }, reason]) => ({
      output: name.slice(0, 200),
      columns: [],
      how: `Left out: ${reason}.`.slice(0, 500),
    })),
    warnings: onlyEchoes
      ? read.map((echo) => `The output "${echo.name.slice(0, 60)}" is no prediction: ${echoReason(echo)}.`)
      : [],
    inputs: new Set(read.flatMap(({ lineage }) => [...lineage.inputs])),
  };
}

function echoReason({ lineage }: ModelOutput): string {
  const inputs = [...lineage.inputs];
  return `it echoes the input${inputs.length === 1 ? '' : 's'} ${listNames(inputs)}`;
}

/** Why an output has no row for each row of the table, as far as the graph tells. */
function unreadable(output: ModelOutput): string | undefined {
  if (output.tensors.length === 0) {
    const kind = output.type.kind === 'tensor' || output.type.kind === 'unknown' ? 'value' : output.type.kind;
    return `it is a ${kind} that cannot be taken apart into tensors`;
  }
  const rows = rowsOfOutput(output);
  if (rows === 'none') return 'it is the same for every row, as no input goes into it';
  if (rows === 'mixed')
    return 'the model mixes the rows that run together in it, so no value belongs to one row';
  if (rows === 'counted') return 'the number of its results depends on the values and not on the rows';
  return undefined;
}

function nothingToRead(reasons: ReadonlyMap<ModelOutput, string>): MeshdeckError {
  const listed = [...reasons].slice(0, 3).map(([{ name }, reason]) => `"${name.slice(0, 60)}": ${reason}`);
  const mixed = [...reasons.keys()].some((output) => rowsOfOutput(output) === 'mixed');
  const more = reasons.size > 3 ? ` And ${reasons.size - 3} more.` : '';
  return new MeshdeckError(
    'model-unsupported',
    `The model has no output that gives something for each row. ${listed.join('. ')}.${more} ` +
      (mixed
        ? 'Export it so that each row counts by itself (PyTorch: model.eval() before torch.onnx.export, and the batch as the first dimension).'
        : 'Export it with one plain tensor whose first size is the number of rows.'),
  );
}
