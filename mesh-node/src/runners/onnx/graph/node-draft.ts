import type { ModelNode } from './model-graph.js';
import { readNodeAttribute } from './model-graph.js';
import { visitFields } from './wire-format.js';
import { bytesField, concatenate, intField, textField } from './wire-writer.js';

/** NodeProto and AttributeProto as bytes [onnx.proto3]. */
export type NodeDraft = Uint8Array;

/** AttributeProto.AttributeType */
const intAttribute = 2;
const textAttribute = 3;

/** An operator of ONNX's own set with one input and one output. */
export function draftNode(
  operator: string,
  input: string,
  output: string,
  attribute?: { name: string; int: number },
): NodeDraft {
  return concatenate([
    textField(1, input),
    textField(2, output),
    textField(4, operator),
    ...(attribute === undefined
      ? []
      : [
          bytesField(
            5,
            concatenate([
              textField(1, attribute.name),
              intField(3, attribute.int),
              intField(20, intAttribute),
            ]),
          ),
        ]),
  ]);
}

/** The node as it stands in the file, with one text attribute set. */
export function withTextAttribute(file: Uint8Array, node: ModelNode, name: string, text: string): NodeDraft {
  const [from, to] = node.at;
  const kept: Uint8Array[] = [];
  let fieldStart = from;
  visitFields(file, from, to, (field, _wireType, start, end) => {
    const named = field === 5 && readNodeAttribute(file, start, end)[0] === name;
    if (!named) kept.push(file.subarray(fieldStart, end));
    fieldStart = end;
  });
  const attribute = concatenate([textField(1, name), textField(4, text), intField(20, textAttribute)]);
  return concatenate([...kept, bytesField(5, attribute)]);
}
