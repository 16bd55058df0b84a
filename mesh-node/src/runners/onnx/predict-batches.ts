import { MeshdeckError, type OutputReading } from '@meshdeck/shared';
import type { Tensor } from 'onnxruntime-node';
import { createBatchRunner, type Feeds } from './batch-runner.js';
import { findContradictions, type Contradictions } from './contradictions.js';
import {
  describeInput,
  type InterpretedOutputs,
  interpretOutputs,
  type ModelInput,
  outputChoice,
  type OutputValues,
  planOutputs,
  type ReadOutput,
  type ResultColumn,
  type RowPlace,
  usedInputs,
} from '@meshdeck/shared/onnx';
import { idleTensor } from './rows/input-tensor.js';
import type { LoadedModel } from './load-model.js';

/** A model at work on one table: what it takes, and what becomes of its outputs. */
export interface Predictor {
  /** The inputs that the table has to fill, in the model's order. */
  inputs: ModelInput[];
  /** Inputs that no result depends on; they need not be in the table. */
  idleInputs: string[];
  /** The most rows for a batch: enough to keep the model busy, little enough to keep its buffers small. */
  maxRows: number;
  /**
   * Runs a batch. `tensors` are those of `inputs`, of `given` rows, of which the first `rows` are the table's, standing
   * on `lines` of the file. Columns are decided on the first batch.
   *
   * @throws MeshdeckError model-unsupported; other errors are ONNX Runtime's own.
   */
  predict(batch: {
    tensors: readonly Tensor[];
    rows: number;
    lineOf: (row: number) => number;
  }): Promise<{ values: OutputValues[]; columns: ResultColumn[] }>;
  /** How each output was read; of those that become columns once a batch was run. */
  readings(): OutputReading[];
  /** Sentences that people should see beside the result. */
  warnings(): string[];
}

/** `output`: which output counts, as `readingOptionsSchema` has it. @throws MeshdeckError model-unsupported. */
export function createPredictor({
  model,
  header,
  output,
}: {
  model: LoadedModel;
  header: readonly string[];
  output?: string | undefined;
}): Predictor {
  const { facts, batching } = model;
  const choice = outputChoice(output);
  const plan = planOutputs(model.outputs, choice, facts);
  const described = model.inputs.map((input) => ({ ...input, model: describeInput(input, input.rowAxis) }));
  const { filled, idle } = usedInputs(described, plan);
  const batchRows = fixedBatch(described.map((input) => input.model));
  const places = new Map(described.map(({ feed, rowAxis }): [string, RowPlace] => [feed, placeAt(rowAxis)]));
  const runner = createBatchRunner({ model, outputs: plan.read, places, fixed: batchRows });
  let interpreted: InterpretedOutputs | undefined;
  let contradictions: Contradictions | undefined;

  /** A model that gives a picture for each row is refused by two rows, before a batch of pictures fills the memory. */
  async function refuseWide(feeds: Feeds, rows: number): Promise<void> {
    const few = batchRows ?? 2;
    if (rows <= few) return;
    const values = await runner.run(runner.select(feeds, rows, [0, 1]), few);
    const outputs = plan.read.flatMap((read, at): ReadOutput[] => {
      const own = values[at];
      return own === undefined ? [] : [{ at, model: read, values: own }];
    });
    interpretOutputs({ outputs, rows: few, facts, choice, header, idle: [] });
  }

  const idleFeed = (input: (typeof described)[number], rows: number): Tensor => {
    const strict = facts.vocabularies.get(input.name)?.find(({ failsOnOthers }) => failsOnOthers);
    const [text] = strict?.values ?? [];
    return idleTensor(input.model, rows, text);
  };

  return {
    inputs: filled.map((input) => input.model),
    idleInputs: idle.map(({ name }) => name),
    maxRows: batchRows ?? mostRows(filled.map((input) => input.model)),
    async predict({ tensors, rows, lineOf }) {
      const given = batchRows ?? rows;
      const feeds: Feeds = {};
      filled.forEach(({ feed }, at) => {
        const tensor = tensors[at];
        if (tensor !== undefined) feeds[feed] = tensor;
      });
      for (const input of idle) feeds[input.feed] = idleFeed(input, given);
      if (interpreted === undefined && !batching.proven) await refuseWide(feeds, given);
      const values = await runner.run(feeds, given);
      const outputs = plan.read.flatMap((read, at): ReadOutput[] => {
        const own = values[at];
        return own === undefined ? [] : [{ at, model: read, values: own }];
      });
      if (interpreted === undefined) {
        interpreted = interpretOutputs({
          ...{ outputs, rows, facts, choice, header },
          idle: idle.map(({ name }) => name),
        });
        contradictions = findContradictions(outputs, interpreted.columns);
      }
      contradictions?.look(values, rows, lineOf);
      return { values, columns: interpreted.columns };
    },
    readings: () => [...(interpreted?.readings ?? []), ...plan.leftOut],
    warnings: () => [...plan.warnings, ...batching.notes, ...(contradictions?.warnings() ?? [])],
  };
}

const mostBatchRows = 2048;
/** Values in a batch: 8 MB of 32-bit floats. */
const mostBatchValues = 2 ** 21;

function mostRows(inputs: readonly ModelInput[]): number {
  const width = inputs.reduce((sum, input) => sum + (input.width ?? 1), 0);
  return Math.max(1, Math.min(mostBatchRows, Math.floor(mostBatchValues / Math.max(1, width))));
}

const placeAt = (axis: number): RowPlace => ({ axis, outer: 1, inner: 1 });

/** Rows that inputs of a fixed size insist on. @throws MeshdeckError model-unsupported when they disagree. */
function fixedBatch(inputs: readonly ModelInput[]): number | undefined {
  const sizes = [...new Set(inputs.flatMap(({ batchRows }) => batchRows ?? []))];
  if (sizes.length > 1) {
    throw new MeshdeckError(
      'model-unsupported',
      `The model's inputs want different numbers of rows at a time (${sizes.join(', ')}). Export it with one.`,
    );
  }
  return sizes[0];
}
