import { castTypes } from './cast-types.js';
import type { DataFlow } from './data-flow.js';
import type { ModelEdits } from './edit-model.js';
import { draftNode } from './node-draft.js';
import { tensorsOfOutput, type UnwrappedOutput } from './tensors-of-output.js';
import type { ValueInfo } from './value-info.js';

/** An output of the model and the tensors that hold its values. */
export interface OutputTensors {
  /** The output's name in the model. */
  name: string;
  /** The values in the graph, and what to fetch for them; none where the output is no tensor and cannot be taken apart. */
  tensors: { value: string; fetch: string }[];
}

/**
 * Notes in `edits` what makes every output a tensor of a type that onnxruntime-node can hand out, and says which
 * tensors hold which output.
 */
export function rewriteOutputs(flow: DataFlow, edits: ModelEdits): OutputTensors[] {
  const given = new Set(flow.outputs.filter(({ type }) => type.kind === 'tensor').map(({ name }) => name));
  const idle = new Set<string>();
  const outputs = flow.outputs.map((output): OutputTensors => {
    const unwrapped = unwrap(flow, output);
    const tensors = unwrapped.tensors.map((value) => ({ value, fetch: fetchName(output, value, edits) }));
    if (tensors.some(({ fetch }) => fetch !== output.name)) {
      const added = tensors.filter(({ fetch }) => !given.has(fetch));
      for (const { fetch } of added) given.add(fetch);
      edits.outputs.set(
        output.name,
        added.map(({ fetch }) => ({ name: fetch })),
      );
    }
    for (const { outputs: values } of unwrapped.wrappers) for (const value of values) idle.add(value);
    return { name: output.name, tensors };
  });
  for (const value of idle) {
    const read = flow.consumers(value).some((node) => !node.outputs.every((output) => idle.has(output)));
    if (!read && !given.has(value)) edits.nodes.set(value, []);
  }
  return outputs;
}

function unwrap(flow: DataFlow, { name, type }: ValueInfo): UnwrappedOutput {
  if (type.kind === 'tensor') return { tensors: [name], wrappers: [] };
  return tensorsOfOutput(flow, name) ?? { tensors: [], wrappers: [] };
}

/** The value itself, or what a Cast makes of it. */
function fetchName({ type }: ValueInfo, value: string, edits: ModelEdits): string {
  const elements = elementsOf(type);
  const cast = castTypes.get(elements);
  // Half floats are read as bits: beside a Cast the runtime would leave out their rounding.
  if (cast === undefined || elements === 'float16') return value;
  const fetch = `${value}/as-${cast.type}`;
  edits.last.push(draftNode('Cast', value, fetch, { name: 'to', value: cast.dataType }));
  return fetch;
}

function elementsOf(type: ValueInfo['type']): string {
  if (type.kind === 'tensor') return type.elements;
  return 'of' in type ? elementsOf(type.of) : '';
}
