import { readNodeAttribute, type ModelNode } from './model-graph.js';
import { readText, visitFields } from './wire-format.js';
import { bytesField, concatenate, intField, textField } from './wire-writer.js';

/** A NodeProto as bytes [onnx.proto3]. */
export type NodeDraft = Uint8Array;

/** AttributeProto.AttributeType */
const intAttribute = 2;
const textAttribute = 3;

const attributeField = 5;
const outputField = 2;

/** An operator of ONNX's own set with one input and one output. */
export function draftNode(
  operator: string,
  input: string,
  output: string,
  attribute?: { name: string; value: number | string },
): NodeDraft {
  return concatenate([
    textField(1, input),
    textField(outputField, output),
    textField(4, operator),
    ...(attribute === undefined ? [] : [bytesField(attributeField, draftAttribute(attribute))]),
  ]);
}

/** The node as it stands in the file, with an attribute set and, where `renamed` tells, another name for an output. */
export function changedNode(
  file: Uint8Array,
  node: ModelNode,
  attribute: { name: string; value: number | string },
  renamed: ReadonlyMap<string, string> = new Map(),
): NodeDraft {
  const [from, to] = node.at;
  const fields: Uint8Array[] = [];
  let fieldStart = from;
  visitFields(file, from, to, (field, _wireType, start, end) => {
    const whole = file.subarray(fieldStart, end);
    fieldStart = end;
    const name = field === outputField ? renamed.get(readText(file, start, end)) : undefined;
    if (name !== undefined) fields.push(textField(outputField, name));
    else if (field !== attributeField || readNodeAttribute(file, start, end)[0] !== attribute.name) {
      fields.push(whole);
    }
  });
  return concatenate([...fields, bytesField(attributeField, draftAttribute(attribute))]);
}

function draftAttribute({ name, value }: { name: string; value: number | string }): Uint8Array {
  return typeof value === 'number'
    ? concatenate([textField(1, name), intField(3, value), intField(20, intAttribute)])
    : concatenate([textField(1, name), textField(4, value), intField(20, textAttribute)]);
}
