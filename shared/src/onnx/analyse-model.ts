import { readDataFlow, type DataFlow } from './graph/data-flow.js';
import { noEdits, type ModelEdits } from './graph/edit-model.js';
import { mendTransforms } from './graph/mend-transforms.js';
import type { ModelFile } from './graph/model-file.js';
import { readModelOutputs, type ModelOutput } from './graph/model-outputs.js';
import { rewriteInputs } from './graph/rewrite-inputs.js';
import { rewriteOutputs } from './graph/rewrite-outputs.js';
import { batchingOf, type Batching } from './graph/rows/batching.js';
import { followRows } from './graph/rows/follow-rows.js';
import { chooseRowAxes, rowsOfInputs } from './graph/rows/input-axes.js';
import type { RowState } from './graph/rows/row-state.js';
import type { ValueInfo } from './graph/value-info.js';
import { readModelFacts, type ModelFacts } from './model-facts.js';

/** An input as the model states it. */
export interface LoadedInput extends ValueInfo {
  /** What the session calls it. */
  feed: string;
  /** The dimension along which it takes rows. */
  rowAxis: number;
}

/** What a model's file tells, and how its graph has to be edited before it runs. */
export interface ModelAnalysis {
  flow: DataFlow;
  edits: ModelEdits;
  facts: ModelFacts;
  inputs: LoadedInput[];
  outputs: ModelOutput[];
  batching: Batching;
  /** Numbers of rows that the model may have been exported for. */
  bakedSizes: number[];
}

/** Reads a model's graph: where rows lie, what outputs come from, what onnxruntime-node could not take or hand out. */
export function analyseModel(file: Uint8Array, model: ModelFile): ModelAnalysis {
  const flow = readDataFlow(model);
  const edits = noEdits();
  const feeds = rewriteInputs(flow, edits);
  const tensors = rewriteOutputs(flow, edits);
  const mended = mendTransforms(file, model, edits);
  const axes = chooseRowAxes(flow);
  const followed = followRows(flow, rowsOfInputs(flow, axes));
  const rowsOf = runsRowByRow(flow, axes) ? (value: string) => ofOneRow(followed(value)) : followed;
  const outputs = readModelOutputs({ flow, outputs: tensors, rowsOf });
  return {
    ...{ flow, edits, outputs },
    facts: readModelFacts(model, flow),
    inputs: flow.inputs.map((input) => ({
      ...input,
      feed: feeds.get(input.name) ?? input.name,
      rowAxis: axes.get(input.name) ?? 0,
    })),
    batching: batchingOf(outputs, drawsRandomNumbers(flow), mended),
    bakedSizes: bakedSizesOf(flow),
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
