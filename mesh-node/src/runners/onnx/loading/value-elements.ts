import { type DataFlow, elementTypeName } from '@meshdeck/shared/onnx';

const deepest = 64;

/** The element type of a value, as far as shapes, constants, casts, or what it is computed from tell. */
export function elementsOf(flow: DataFlow, value: string): string | undefined {
  let at = value;
  for (let step = 0; step < deepest; step++) {
    const said = flow.said.get(at)?.type;
    if (said?.kind === 'tensor') return said.elements;
    const constant = flow.constant(at);
    if (constant !== undefined) return elementTypeName(constant.dataType);
    const node = flow.producer(at);
    if (node === undefined) return undefined;
    if (node.operator === 'Cast') return elementTypeName(node.attributes.get('to')?.int ?? 0);
    at = node.inputs[0] ?? '';
  }
  return undefined;
}
