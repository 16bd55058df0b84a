import type { DataFlow } from './data-flow.js';
import { readLineage, type Lineage } from './lineage.js';
import { labelOrigin, type LabelOrigin } from './meaning/label-origin.js';
import { scoreOrigin, type ScoreOrigin } from './meaning/score-origin.js';
import type { OutputTensors } from './rewrite-outputs.js';
import type { RowState } from './rows/row-state.js';
import { isStepOfAnother } from './step-of-another.js';
import type { ValueType } from './value-info.js';

/** One output of a model: what holds its values, where its rows lie, and what it comes from. */
export interface ModelOutput {
  /** As the model calls it. */
  name: string;
  type: ValueType;
  /** The tensors that hold it, in order; none where it is no tensor and cannot be taken apart. */
  tensors: OutputTensor[];
  lineage: Lineage;
  label: LabelOrigin | undefined;
  score: ScoreOrigin;
  /** Whether another output is computed from it. */
  isStep: () => boolean;
}

export interface OutputTensor {
  /** The value in the model's graph. */
  value: string;
  /** What the session calls it. */
  fetch: string;
  rows: RowState | undefined;
}

/** Reads what every output comes from. */
export function readModelOutputs({
  flow,
  outputs,
  rowsOf,
}: {
  flow: DataFlow;
  outputs: readonly OutputTensors[];
  rowsOf: (value: string) => RowState | undefined;
}): ModelOutput[] {
  const lineageOf = readLineage(flow);
  return outputs.map(({ name, tensors }): ModelOutput => {
    const [first] = tensors;
    const value = first?.value ?? name;
    return {
      name,
      type: flow.said.get(name)?.type ?? { kind: 'unknown' },
      tensors: tensors.map((tensor) => ({ ...tensor, rows: rowsOf(tensor.value) })),
      lineage: lineageOf(value),
      label: labelOrigin(flow, value),
      score: scoreOrigin(flow, value),
      isStep: () => isStepOfAnother(flow, value),
    };
  });
}
