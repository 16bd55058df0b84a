import type { DataFlow } from './data-flow.js';
import type { ModelNode } from './model-graph.js';

/** An output that is no tensor, as tensors that hold the same. */
export interface UnwrappedOutput {
  /** The tensors, in order. */
  tensors: string[];
  /** The operators that wrapped them, which need not run any more. */
  wrappers: ModelNode[];
}

const deepest = 64;

/**
 * The tensors behind a value that is none: a ZipMap's probabilities, the parts of a sequence, an optional's content.
 * onnxruntime-node cannot hand out sequences and maps. Undefined where the graph does not tell them.
 */
export function tensorsOfOutput(flow: DataFlow, value: string, depth = 0): UnwrappedOutput | undefined {
  const node = flow.producer(value);
  if (node === undefined || depth > deepest) return undefined;
  const [first = ''] = node.inputs;
  switch (node.operator) {
    case 'ZipMap':
    case 'SplitToSequence':
      return { tensors: [first], wrappers: [node] };
    case 'SequenceConstruct':
      return { tensors: node.inputs, wrappers: [node] };
    case 'SequenceEmpty':
      return { tensors: [], wrappers: [node] };
    case 'SequenceInsert':
      return appended(flow, node, depth);
    case 'Optional':
    case 'OptionalGetElement':
      return wrapped(node, tensorsOfOutput(flow, first, depth + 1) ?? { tensors: [first], wrappers: [] });
    case 'Identity':
      return wrapped(node, tensorsOfOutput(flow, first, depth + 1));
    default:
      return undefined;
  }
}

function wrapped(node: ModelNode, inner: UnwrappedOutput | undefined): UnwrappedOutput | undefined {
  return inner === undefined ? undefined : { tensors: inner.tensors, wrappers: [...inner.wrappers, node] };
}

/** A sequence with one more tensor at its end. */
function appended(flow: DataFlow, node: ModelNode, depth: number): UnwrappedOutput | undefined {
  const [sequence = '', tensor = '', position = ''] = node.inputs;
  if (position !== '') return undefined;
  const before = tensorsOfOutput(flow, sequence, depth + 1);
  return before && { tensors: [...before.tensors, tensor], wrappers: [...before.wrappers, node] };
}
