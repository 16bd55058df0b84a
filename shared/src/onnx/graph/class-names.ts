import type { DataFlow } from './data-flow.js';
import type { ModelAttribute } from './model-attribute.js';
import type { ModelNode } from './model-graph.js';

const classKeys = ['class_names', 'classes', 'labels', 'names'];

/** Every list of class names that the graph carries, the one nearest its outputs first. */
export function classListsOfGraph(flow: DataFlow): string[][] {
  const lists: string[][] = [];
  for (const node of flow.nodes.toReversed()) {
    const labels = classLabels(node);
    if (labels !== undefined) lists.push(labels);
    if (node.operator !== 'ArrayFeatureExtractor') continue;
    const picked = flow.constant(node.inputs[0] ?? '');
    if (picked !== undefined && picked.dims.length <= 2) lists.push(picked.texts() ?? []);
  }
  return lists.filter((names) => names.length > 0);
}

/** The class names that an operator carries as `classlabels_...`, in the order of its scores. */
export function classLabels(node: ModelNode): string[] | undefined {
  for (const [name, attribute] of node.attributes) {
    if (!name.startsWith('classlabels_')) continue;
    const labels = namesOf(attribute);
    if (labels.length > 0) return labels;
  }
  return undefined;
}

function namesOf(attribute: ModelAttribute): string[] {
  const texts = attribute.texts();
  return texts.length > 0 ? texts : attribute.ints().map(String);
}

/** Lists of class names in a model's metadata. */
export function classListsOfMetadata(metadata: ReadonlyMap<string, string>): string[][] {
  return classKeys.flatMap((key) => {
    const names = parseNames(metadata.get(key));
    return names === undefined ? [] : [names];
  });
}

/** A JSON list, a JSON or Python dictionary from index to name, or a comma list. */
export function parseNames(text: string | undefined): string[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return namesIn(JSON.parse(text));
  } catch {
    // Ultralytics writes Python's notation: {0: 'person', 1: 'bicycle'}.
    if (/^\s*[[{(]/.test(text)) return parsePython(text);
  }
  return text.split(',').map((name) => name.trim());
}

function namesIn(parsed: unknown): string[] | undefined {
  if (Array.isArray(parsed)) return parsed.map(String);
  return typeof parsed === 'object' && parsed !== null ? Object.values(parsed).map(String) : undefined;
}

/** Texts of a Python list, tuple or dictionary whose keys are numbers; undefined for anything richer. */
function parsePython(text: string): string[] | undefined {
  const item = /\s*(?:\d+\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/gy;
  const inside = /^\s*[[{(]([\s\S]*)[\]})]\s*$/.exec(text)?.[1]?.replace(/,\s*$/, '');
  if (inside === undefined) return undefined;
  const names: string[] = [];
  while (item.lastIndex < inside.length) {
    const found = item.exec(inside);
    if (found === null) return undefined;
    names.push((found[1] ?? found[2] ?? '').replace(/\\(.)/g, '$1'));
  }
  return names.length > 0 ? names : undefined;
}
