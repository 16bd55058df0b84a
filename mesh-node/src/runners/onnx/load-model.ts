import { readFile } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { InferenceSession } from 'onnxruntime-node';
import { readDataFlow, type DataFlow } from './graph/data-flow.js';
import { noEdits } from './graph/edit-model.js';
import { mendTransforms } from './graph/mend-transforms.js';
import { readModelOutputs, type ModelOutput } from './graph/model-outputs.js';
import { rewriteInputs } from './graph/rewrite-inputs.js';
import { rewriteOutputs } from './graph/rewrite-outputs.js';
import { batchingOf, type Batching } from './graph/rows/batching.js';
import { followRows } from './graph/rows/follow-rows.js';
import { chooseRowAxes, rowsOfInputs } from './graph/rows/input-axes.js';
import type { RowState } from './graph/rows/row-state.js';
import type { ValueInfo } from './graph/value-info.js';
import { createSession } from './loading/create-session.js';
import { parseModel } from './loading/parse-model.js';
import { readModelFacts, type ModelFacts } from './model-facts.js';

export interface LoadedModel {
  session: InferenceSession;
  facts: ModelFacts;
  inputs: LoadedInput[];
  outputs: ModelOutput[];
  batching: Batching;
  /** Numbers of rows that the model may have been exported for. */
  bakedSizes: number[];
  loadMs: number;
}

/** An input as the model states it. */
export interface LoadedInput extends ValueInfo {
  /** What the session calls it. */
  feed: string;
  /** The dimension along which it takes rows. */
  rowAxis: number;
}

/**
 * Loads an ONNX model for the CPU.
 *
 * @throws MeshdeckError model-invalid when the file is no ONNX model; model-unsupported when it is one that this
 *   version of ONNX Runtime cannot run.
 */
export async function loadModel({ path, threads }: { path: string; threads: number }): Promise<LoadedModel> {
  const started = performance.now();
  const file = await readModel(path);
  const model = parseModel(file);
  const flow = readDataFlow(model);
  const edits = noEdits();
  const feeds = rewriteInputs(flow, edits);
  const tensors = rewriteOutputs(flow, edits);
  const mended = mendTransforms(file, model, edits);
  const axes = chooseRowAxes(flow);
  const followed = followRows(flow, rowsOfInputs(flow, axes));
  const rowsOf = runsRowByRow(flow, axes) ? (value: string) => ofOneRow(followed(value)) : followed;
  const outputs = readModelOutputs({ flow, outputs: tensors, rowsOf });
  const session = await createSession({ path, file, model, flow, edits, threads });
  return {
    session,
    facts: readModelFacts(model, flow),
    inputs: flow.inputs.map((input) => ({
      ...input,
      feed: feeds.get(input.name) ?? input.name,
      rowAxis: axes.get(input.name) ?? 0,
    })),
    outputs,
    batching: batchingOf(outputs, drawsRandomNumbers(flow), mended),
    bakedSizes: bakedSizesOf(flow),
    loadMs: performance.now() - started,
  };
}

/** Whether an input takes one row at a time, or has no dimension for rows. */
function runsRowByRow(flow: DataFlow, axes: ReadonlyMap<string, number>): boolean {
  return flow.inputs.some(({ name, type }) => {
    const shape = type.kind === 'tensor' ? (type.shape ?? []) : [];
    if (shape.length === 0) return type.kind === 'tensor' && type.shape !== undefined;
    return shape.length === 1 ? typeof shape[0] === 'number' : shape[axes.get(name) ?? 0] === 1;
  });
}

/** Where one row is run at a time, nothing can be mixed: all of an output is the row's. */
function ofOneRow(state: RowState | undefined): RowState | undefined {
  return state?.kind === 'lost' && state.why !== 'counted' ? undefined : state;
}

async function readModel(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_FS_FILE_TOO_LARGE')
      throw error;
    throw new MeshdeckError(
      'model-unsupported',
      'The model is larger than 2 GB, the most that one ONNX file can hold. Save its weights in a file of their own: ' +
        'onnx.save(model, "model.onnx", save_as_external_data=True)',
      { cause: error },
    );
  }
}

const random = /^(Random|Bernoulli|Multinomial)/;

/** By its own operators, or by a Dropout that is left in training. */
function drawsRandomNumbers({ nodes, constant }: DataFlow): boolean {
  return nodes.some(({ operator, domain, inputs }) => {
    if (domain !== '') return false;
    const trains = operator === 'Dropout' && constant(inputs[2] ?? '')?.numbers(1)?.[0] === 1;
    return trains || random.test(operator);
  });
}

/** First sizes that outputs are said to have although inputs leave theirs open. */
function bakedSizesOf({ outputs }: DataFlow): number[] {
  const sizes = outputs.flatMap(({ type }) => (type.kind === 'tensor' ? (type.shape?.[0] ?? []) : []));
  return sizes.filter((size): size is number => typeof size === 'number' && size > 1);
}
