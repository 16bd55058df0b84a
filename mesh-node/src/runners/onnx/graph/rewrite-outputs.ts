import type { DataFlow } from './data-flow.js';
import type { ModelEdits } from './edit-model.js';
import { tensorsOfOutput } from './tensors-of-output.js';

/** An output of the model and the tensors that hold its values. */
export interface OutputTensors {
  /** The output's name in the model. */
  name: string;
  /** Names to fetch, in order; none where the output is no tensor and cannot be taken apart. */
  tensors: string[];
}

/**
 * Notes in `edits` what makes every output a tensor, as onnxruntime-node can hand out tensors only, and says which
 * tensors hold which output.
 */
export function rewriteOutputs(flow: DataFlow, edits: ModelEdits): OutputTensors[] {
  const taken = new Set(flow.outputs.map(({ name }) => name));
  const idle = new Set<string>();
  const outputs = flow.outputs.map(({ name, type }): OutputTensors => {
    if (type.kind === 'tensor') return { name, tensors: [name] };
    const unwrapped = tensorsOfOutput(flow, name);
    if (unwrapped === undefined || unwrapped.tensors.length === 0) return { name, tensors: [] };
    const added = unwrapped.tensors.filter((tensor) => !taken.has(tensor));
    for (const tensor of added) taken.add(tensor);
    edits.outputs.set(
      name,
      added.map((tensor) => ({ name: tensor })),
    );
    for (const { outputs: values } of unwrapped.wrappers) for (const value of values) idle.add(value);
    return { name, tensors: unwrapped.tensors };
  });
  const given = new Set(outputs.flatMap(({ tensors }) => tensors));
  for (const value of idle) {
    const read = flow.consumers(value).some((node) => !node.outputs.every((output) => idle.has(output)));
    if (!read && !given.has(value)) edits.nodes.set(value, null);
  }
  return outputs;
}
