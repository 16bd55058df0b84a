import { inlineFunctions } from './inline-functions.js';
import type { ModelAttribute } from './model-attribute.js';
import type { ModelFile } from './model-file.js';
import type { ModelGraph, ModelNode } from './model-graph.js';
import type { ModelTensor } from './model-tensor.js';
import type { ValueInfo } from './value-info.js';

/** A model's graph by its values: which operator gives each, which read it, which are constants. */
export interface DataFlow {
  /** In the order in which they run. */
  nodes: readonly ModelNode[];
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  /** What is said of any value of the graph, inputs and outputs among them. */
  said: ReadonlyMap<string, ValueInfo>;
  /** The operator that gives a value; undefined for inputs and constants. */
  producer(value: string): ModelNode | undefined;
  consumers(value: string): readonly ModelNode[];
  /** A value that is the same in every run. */
  constant(value: string): ModelTensor | undefined;
  /** All that an operator reads, from inside its branches and loops too. */
  reads(node: ModelNode): readonly string[];
  /** The version of a set of operators; 1 where the model does not say. */
  opset(domain: string): number;
}

/** Reads a model's graph by its values. */
export function readDataFlow(model: ModelFile): DataFlow {
  const { graph, opsets } = model;
  const nodes = inlineFunctions(model);
  const producers = new Map<string, ModelNode>();
  const consumers = new Map<string, ModelNode[]>();
  const constants = new Map(graph.constants);
  const reads = new Map<ModelNode, string[]>();
  for (const node of nodes) {
    const values = readsOf(node);
    reads.set(node, values);
    for (const value of values) {
      const known = consumers.get(value);
      if (known === undefined) consumers.set(value, [node]);
      else known.push(node);
    }
    const [first] = node.outputs;
    const constant = constantOf(node, constants);
    if (constant !== undefined && first !== undefined) constants.set(first, constant);
    else for (const value of node.outputs) if (value !== '') producers.set(value, node);
  }
  const said = new Map([...graph.values, ...graph.inputs, ...graph.outputs].map((info) => [info.name, info]));
  return {
    nodes,
    inputs: graph.inputs,
    outputs: graph.outputs,
    said,
    producer: (value) => producers.get(value),
    consumers: (value) => consumers.get(value) ?? [],
    constant: (value) => constants.get(value),
    reads: (node) => reads.get(node) ?? node.inputs,
    opset: (domain) => opsets.get(domain) ?? 1,
  };
}

function readsOf(node: ModelNode): string[] {
  const values = node.inputs.filter((value) => value !== '');
  for (const { graph } of node.attributes.values()) {
    if (graph !== undefined) for (const value of capturedBy(graph)) values.push(value);
  }
  return values;
}

/** Values that a branch or loop takes from around it. */
function capturedBy(graph: ModelGraph): string[] {
  const own = new Set([...graph.constants.keys(), ...graph.inputs.map(({ name }) => name)]);
  const captured = new Set<string>();
  for (const node of graph.nodes) {
    for (const value of readsOf(node)) if (!own.has(value)) captured.add(value);
    for (const value of node.outputs) own.add(value);
  }
  for (const { name } of graph.outputs) if (!own.has(name)) captured.add(name);
  return [...captured];
}

/** What a Constant gives, or an Identity of a constant. */
function constantOf(node: ModelNode, known: ReadonlyMap<string, ModelTensor>): ModelTensor | undefined {
  if (node.domain !== '') return undefined;
  if (node.operator === 'Identity') return known.get(node.inputs[0] ?? '');
  if (node.operator !== 'Constant') return undefined;
  const [named] = node.attributes;
  if (named === undefined) return undefined;
  const [name, attribute] = named;
  return attribute.tensor ?? constantFrom(name, attribute);
}

const float32 = 1;
const int64 = 7;
const string = 8;

/** A constant given as `value_int`, `value_floats` and the like. */
function constantFrom(name: string, attribute: ModelAttribute): ModelTensor | undefined {
  const list = name.endsWith('s');
  const make = (
    dataType: number,
    numbers: number[] | undefined,
    texts: string[] | undefined,
  ): ModelTensor => ({
    name,
    dims: list ? [(numbers ?? texts ?? []).length] : [],
    dataType,
    external: false,
    numbers: () => numbers,
    texts: () => texts,
  });
  if (name.startsWith('value_int')) {
    const ints = list ? attribute.ints().map(Number) : [attribute.int ?? 0];
    return make(int64, ints, ints.map(String));
  }
  if (name.startsWith('value_float')) {
    return make(float32, list ? attribute.floats() : [attribute.float ?? 0], undefined);
  }
  if (!name.startsWith('value_string')) return undefined;
  return make(string, undefined, list ? attribute.texts() : [attribute.text ?? '']);
}
