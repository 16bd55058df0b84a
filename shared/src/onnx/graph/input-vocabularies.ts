import type { DataFlow } from './data-flow.js';
import type { ModelNode } from './model-graph.js';
import type { ValueInfo } from './value-info.js';
import { readVocabulary, type Vocabulary } from './vocabulary.js';

/** One column of the table on its way through the graph. */
interface Cell {
  input: string;
  column: number | null;
}

interface Traced {
  /** In the order of the value's last size; one with no column for a whole input. */
  cells: Cell[];
  letters: Vocabulary['letters'];
  split: boolean;
}

/** More columns than a table may have. */
const mostColumns = 10_000;

const keeping = new Set(['Identity', 'Cast', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/**
 * For each input, what the model looks its columns up in. Columns are followed through casts, reshapes, picks and
 * concatenations; where they are mixed with others no vocabulary is told.
 */
export function readInputVocabularies(flow: DataFlow): Map<string, Vocabulary[]> {
  const traced = new Map<string, Traced>();
  for (const input of flow.inputs) {
    traced.set(input.name, { cells: cellsOf(input), letters: 'as written', split: false });
  }
  const found = new Map<string, Vocabulary[]>();
  for (const node of flow.nodes) {
    for (const value of new Set(node.inputs)) {
      const from = traced.get(value);
      const vocabulary = from === undefined ? undefined : readVocabulary(node, flow, value);
      if (from === undefined || vocabulary === undefined) continue;
      for (const { input, column } of from.cells) {
        const holds = from.split ? 'words' : vocabulary.holds === 'words' ? 'texts' : vocabulary.holds;
        const more = { column, letters: from.letters, operator: node.operator };
        add(found, input, { ...vocabulary, ...more, holds });
      }
    }
    for (const [output, to] of passOn(node, flow, traced)) traced.set(output, to);
  }
  return found;
}

/** Equal against one text after another makes one vocabulary. */
function add(found: Map<string, Vocabulary[]>, input: string, made: Vocabulary): void {
  const known = found.get(input) ?? [];
  const same = known.findIndex(
    ({ operator, column }) => operator === 'Equal' && made.operator === 'Equal' && column === made.column,
  );
  const before = known[same];
  if (before === undefined) known.push(made);
  else known[same] = { ...before, values: new Set([...before.values, ...made.values]) };
  found.set(input, known);
}

function cellsOf({ name, type }: ValueInfo): Cell[] {
  const shape = type.kind === 'tensor' ? type.shape : undefined;
  const width = shape?.length === 1 ? 1 : shape?.length === 2 ? shape[1] : undefined;
  if (typeof width !== 'number' || width > mostColumns) return [{ input: name, column: null }];
  return Array.from({ length: width }, (_, column) => ({ input: name, column }));
}

function passOn(
  node: ModelNode,
  flow: DataFlow,
  traced: ReadonlyMap<string, Traced>,
): [output: string, to: Traced][] {
  const [output = ''] = node.outputs;
  const from = traced.get(node.inputs[0] ?? '');
  if (node.operator === 'Concat') {
    const parts = node.inputs.map((value) => traced.get(value));
    if (parts.includes(undefined) || new Set(parts.map((part) => part?.letters)).size > 1) return [];
    const cells = parts.flatMap((part) => part?.cells ?? []);
    return [[output, { cells, letters: parts[0]?.letters ?? 'as written', split: parts[0]?.split ?? false }]];
  }
  if (from === undefined) return [];
  if (keeping.has(node.operator)) return [[output, from]];
  if (node.operator === 'StringNormalizer') {
    const action = node.attributes.get('case_change_action')?.text;
    const letters = action === 'LOWER' ? 'lower' : action === 'UPPER' ? 'upper' : from.letters;
    return [[output, { ...from, letters }]];
  }
  if (['Tokenizer', 'StringSplit', 'StringRegexSplitWithOffsets'].includes(node.operator)) {
    return [[output, { ...from, split: true }]];
  }
  return pickedFrom(node, flow, from);
}

/** What is left of a value's columns behind an operator that picks some of them. */
function pickedFrom(node: ModelNode, flow: DataFlow, from: Traced): [output: string, to: Traced][] {
  const { cells } = from;
  const pick = (indexes: readonly number[]): Traced => ({
    ...from,
    cells: indexes.flatMap((index) => cells.at(index) ?? []),
  });
  const single = cells.length === 1 && cells[0]?.column === null;
  const input = cells[0]?.input ?? '';
  const take = (indexes: readonly number[]): Traced =>
    single ? { ...from, cells: indexes.map((column) => ({ input, column })) } : pick(indexes);
  const [output = ''] = node.outputs;
  if (node.operator === 'ArrayFeatureExtractor' || node.operator === 'Gather') {
    const indexes = flow.constant(node.inputs[1] ?? '')?.numbers();
    return indexes === undefined ? [] : [[output, take(indexes)]];
  }
  if (node.operator === 'Split') {
    const sizes =
      flow.constant(node.inputs[1] ?? '')?.numbers() ??
      node.attributes.get('split')?.ints().map(Number) ??
      node.outputs.map(() => cells.length / node.outputs.length);
    let first = 0;
    return node.outputs.map((name, at) => {
      const start = first;
      first += sizes[at] ?? 0;
      return [name, take(Array.from({ length: sizes[at] ?? 0 }, (_, index) => start + index))];
    });
  }
  if (node.operator !== 'Slice') return [];
  const bound = (at: number, name: string): number | undefined =>
    flow.constant(node.inputs[at] ?? '')?.numbers()?.[0] ?? node.attributes.get(name)?.ints().map(Number)[0];
  const start = bound(1, 'starts');
  const end = bound(2, 'ends');
  const axis = bound(3, 'axes') ?? 0;
  if (start === undefined || end === undefined || (axis !== 1 && axis !== -1)) return [];
  if (single) {
    return end > start && end - start < 10_000
      ? [[output, take(Array.from({ length: end - start }, (_, index) => start + index))]]
      : [];
  }
  return [[output, { ...from, cells: cells.slice(start, end) }]];
}
