import type { ModelAttribute } from './model-attribute.js';
import {
  ownDomain,
  readGraph,
  readNode,
  readNodeAttribute,
  type ModelGraph,
  type ModelNode,
} from './model-graph.js';
import { readText, readVarint, visitFields } from './wire-format.js';

/** An operator that the model defines itself, out of others. */
export interface ModelFunction {
  name: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  nodes: ModelNode[];
  /** Attributes that a call may leave out. */
  defaults: ReadonlyMap<string, ModelAttribute>;
}

/** A ModelProto [onnx.proto3] as far as Meshdeck reads it. */
export interface ModelFile {
  irVersion: number;
  /** The exporter's name, such as `skl2onnx` or `pytorch`. */
  producerName: string;
  producerVersion: string;
  /** The version of each set of operators by its domain; empty for ONNX's own. */
  opsets: ReadonlyMap<string, number>;
  /** By lower-case key. */
  metadata: ReadonlyMap<string, string>;
  graph: ModelGraph;
  functions: ModelFunction[];
}

/** Reads an ONNX file; undefined when it holds no graph. @throws WireFormatError when it is none. */
export function readModelFile(bytes: Uint8Array): ModelFile | undefined {
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions: ModelFunction[] = [];
  const model = { irVersion: 0, producerName: '', producerVersion: '' };
  let graph: ModelGraph | undefined;
  visitFields(bytes, 0, bytes.length, (field, wireType, start, end) => {
    if (field === 1 && wireType === 0) model.irVersion = readVarint(bytes, start);
    else if (field === 2) model.producerName = readText(bytes, start, end);
    else if (field === 3) model.producerVersion = readText(bytes, start, end);
    else if (field === 7) graph = readGraph(bytes, start, end);
    else if (field === 8) {
      const [domain, version] = readOpset(bytes, start, end);
      opsets.set(ownDomain(domain), version);
    } else if (field === 14) {
      const [key, value] = readPair(bytes, start, end);
      metadata.set(key.toLowerCase(), value);
    } else if (field === 25) functions.push(readFunction(bytes, start, end));
  });
  return graph === undefined ? undefined : { ...model, opsets, metadata, graph, functions };
}

function readOpset(bytes: Uint8Array, from: number, to: number): [domain: string, version: number] {
  let domain = '';
  let version = 0;
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) domain = readText(bytes, start, end);
    else if (field === 2) version = readVarint(bytes, start);
  });
  return [domain, version];
}

function readPair(bytes: Uint8Array, from: number, to: number): [key: string, value: string] {
  let key = '';
  let value = '';
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) key = readText(bytes, start, end);
    else if (field === 2) value = readText(bytes, start, end);
  });
  return [key, value];
}

function readFunction(bytes: Uint8Array, from: number, to: number): ModelFunction {
  const defaults = new Map<string, ModelAttribute>();
  const made: ModelFunction = {
    name: '',
    domain: '',
    overload: '',
    inputs: [],
    outputs: [],
    nodes: [],
    defaults,
  };
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) made.name = readText(bytes, start, end);
    else if (field === 4) made.inputs.push(readText(bytes, start, end));
    else if (field === 5) made.outputs.push(readText(bytes, start, end));
    else if (field === 7) made.nodes.push(readNode(bytes, start, end));
    else if (field === 10) made.domain = ownDomain(readText(bytes, start, end));
    else if (field === 11) {
      const [name, attribute] = readNodeAttribute(bytes, start, end);
      defaults.set(name, attribute);
    } else if (field === 13) made.overload = readText(bytes, start, end);
  });
  return made;
}
