import { castTypes } from './cast-types.js';
import type { DataFlow } from './data-flow.js';
import type { ModelEdits } from './edit-model.js';
import { draftNode } from './node-draft.js';

/**
 * Notes in `edits` a Cast behind every input whose short floats onnxruntime-node cannot take. Gives what the session
 * calls each input.
 */
export function rewriteInputs(flow: DataFlow, edits: ModelEdits): Map<string, string> {
  const fed = new Map<string, string>();
  for (const { name, type } of flow.inputs) {
    const cast = type.kind === 'tensor' ? castTypes.get(type.elements) : undefined;
    if (cast?.fills !== true || type.kind !== 'tensor') {
      fed.set(name, name);
      continue;
    }
    const feed = `${name}/as-${cast.type}`;
    edits.first.push(draftNode('Cast', feed, name, { name: 'to', value: cast.ownDataType }));
    edits.inputs.set(name, { name: feed, dataType: cast.dataType, shape: type.shape });
    fed.set(name, feed);
  }
  return fed;
}
