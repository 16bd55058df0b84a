import { readAttribute, type ModelAttribute } from './model-attribute.js';
import { readTensor, type ModelTensor } from './model-tensor.js';
import { readValueInfo, type ValueInfo } from './value-info.js';
import { readText, visitFields } from './wire-format.js';

/** One operator of a graph. */
export interface ModelNode {
  name: string;
  /** Such as `MatMul`. */
  operator: string;
  /** Empty for ONNX's own operators. */
  domain: string;
  /** Which of several functions of one name it calls; mostly empty. */
  overload: string;
  /** Values it reads; an empty name stands for one left out. */
  inputs: string[];
  outputs: string[];
  attributes: ReadonlyMap<string, ModelAttribute>;
  /** Where it lies in the file. */
  at: Span;
}

/** From the first byte to the one behind the last. */
export type Span = readonly [from: number, to: number];

export interface ModelGraph {
  nodes: ModelNode[];
  constants: ReadonlyMap<string, ModelTensor>;
  /** Without those that have a constant as their value (every constant is listed as an input below IR version 4). */
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  /** What is said of values in between. */
  values: ValueInfo[];
  /** Where it lies in the file. */
  at: Span;
}

/** Reads a GraphProto. @throws WireFormatError */
export function readGraph(bytes: Uint8Array, from: number, to: number): ModelGraph {
  const nodes: ModelNode[] = [];
  const constants = new Map<string, ModelTensor>();
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const values: ValueInfo[] = [];
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) nodes.push(readNode(bytes, start, end));
    else if (field === 5) {
      const tensor = readTensor(bytes, start, end);
      constants.set(tensor.name, tensor);
    } else if (field === 11) inputs.push(readValueInfo(bytes, start, end));
    else if (field === 12) outputs.push(readValueInfo(bytes, start, end));
    else if (field === 13) values.push(readValueInfo(bytes, start, end));
    else if (field === 15) {
      const tensor = readSparseTensor(bytes, start, end);
      constants.set(tensor.name, tensor);
    }
  });
  const fed = inputs.filter(({ name }) => !constants.has(name));
  return { nodes, constants, inputs: fed, outputs, values, at: [from, to] };
}

/** Reads a NodeProto. @throws WireFormatError */
export function readNode(bytes: Uint8Array, from: number, to: number): ModelNode {
  const attributes = new Map<string, ModelAttribute>();
  const node = { name: '', operator: '', domain: '', overload: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) inputs.push(readText(bytes, start, end));
    else if (field === 2) outputs.push(readText(bytes, start, end));
    else if (field === 3) node.name = readText(bytes, start, end);
    else if (field === 4) node.operator = readText(bytes, start, end);
    else if (field === 5) {
      const [name, attribute] = readNodeAttribute(bytes, start, end);
      attributes.set(name, attribute);
    } else if (field === 7) node.domain = ownDomain(readText(bytes, start, end));
    else if (field === 8) node.overload = readText(bytes, start, end);
  });
  return { ...node, inputs, outputs, attributes, at: [from, to] };
}

/** Reads an AttributeProto with what lies inside. @throws WireFormatError */
export function readNodeAttribute(bytes: Uint8Array, from: number, to: number): [string, ModelAttribute] {
  return readAttribute(bytes, from, to, { tensor: readTensor, graph: readGraph });
}

/** `ai.onnx` is the long name of ONNX's own operators. */
export function ownDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

/** A SparseTensorProto's values under its name; what lies between them is nought. */
function readSparseTensor(bytes: Uint8Array, from: number, to: number): ModelTensor {
  let tensor = readTensor(bytes, from, from);
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) tensor = readTensor(bytes, start, end);
  });
  return { ...tensor, dims: [], numbers: () => undefined, texts: () => undefined };
}
