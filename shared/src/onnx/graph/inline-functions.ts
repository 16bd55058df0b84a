import type { ModelAttribute } from './model-attribute.js';
import type { ModelFile, ModelFunction } from './model-file.js';
import type { ModelNode } from './model-graph.js';

/** Functions may call functions; deeper than this they call themselves. */
const deepest = 16;
/** Enough for the largest networks; a graph that grows beyond is read no further. */
const mostNodes = 200_000;

/**
 * The model's operators in order, with calls of the model's own functions replaced by what these consist of, as
 * PyTorch's exporter writes them. Values inside a call are named after it.
 */
export function inlineFunctions({ graph, functions }: ModelFile): ModelNode[] {
  if (functions.length === 0) return graph.nodes;
  const known = new Map(functions.map((made) => [keyOf(made.domain, made.name, made.overload), made]));
  const nodes: ModelNode[] = [];
  let calls = 0;

  function add(node: ModelNode, depth: number): void {
    const called = known.get(keyOf(node.domain, node.operator, node.overload));
    const tooMany = nodes.length > mostNodes || calls > mostNodes;
    if (called === undefined || depth === deepest || tooMany) nodes.push(node);
    else for (const inner of bodyOf(called, node, `${calls++}/`)) add(inner, depth + 1);
  }

  for (const node of graph.nodes) add(node, 0);
  return nodes;
}

function bodyOf(called: ModelFunction, call: ModelNode, prefix: string): ModelNode[] {
  const names = new Map<string, string>();
  called.inputs.forEach((name, at) => names.set(name, call.inputs[at] ?? ''));
  called.outputs.forEach((name, at) => names.set(name, call.outputs[at] || `${prefix}${name}`));
  const rename = (name: string) => (name === '' ? '' : (names.get(name) ?? `${prefix}${name}`));
  return called.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: givenAttributes(node, call, called),
  }));
}

function givenAttributes(
  node: ModelNode,
  call: ModelNode,
  called: ModelFunction,
): Map<string, ModelAttribute> {
  const given = new Map<string, ModelAttribute>();
  for (const [name, attribute] of node.attributes) {
    const { refersTo } = attribute;
    const value =
      refersTo === undefined ? attribute : (call.attributes.get(refersTo) ?? called.defaults.get(refersTo));
    if (value !== undefined) given.set(name, value);
  }
  return given;
}

function keyOf(domain: string, name: string, overload: string): string {
  return `${domain}\n${name}\n${overload}`;
}
