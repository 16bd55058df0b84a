import type { DataFlow } from './data-flow.js';
import type { ModelAttribute } from './model-attribute.js';
import type { ModelNode } from './model-graph.js';
import type { ModelTensor } from './model-tensor.js';

/** Values that a model looks cells up in: the categories, or words, it was trained on. */
export interface Vocabulary {
  /** The column's place in the input; null where the model looks up every column of the input. */
  column: number | null;
  /** `words`: a cell is a text of several of them. */
  holds: 'texts' | 'numbers' | 'words';
  /** Numbers as JavaScript writes them. */
  values: ReadonlySet<string>;
  /** What the model does to a cell's letters before it looks it up. */
  letters: 'as written' | 'lower' | 'upper';
  /** Whether the model fails on a value it does not hold, instead of taking it for none of them. */
  failsOnOthers: boolean;
  /** The operator that holds it. */
  operator: string;
}

/** Reads from an operator what it looks its input up in; undefined where it looks nothing up. */
export function readVocabulary(
  node: ModelNode,
  flow: DataFlow,
  value: string,
): Pick<Vocabulary, 'holds' | 'values' | 'failsOnOthers'> | undefined {
  const keep = { failsOnOthers: false };
  switch (node.operator) {
    case 'OneHotEncoder':
      return listed(node, 'cats', { failsOnOthers: node.attributes.get('zeros')?.int === 0 });
    case 'CategoryMapper':
      return node.attributes.has('cats_strings')
        ? texts(node.attributes.get('cats_strings')?.texts(), keep)
        : undefined;
    case 'LabelEncoder':
      return fromTensor(node.attributes.get('keys_tensor')?.tensor, keep) ?? listed(node, 'keys', keep);
    case 'TfIdfVectorizer': {
      const words = node.attributes.get('pool_strings')?.texts();
      return words === undefined || words.length === 0
        ? undefined
        : { holds: 'words', values: new Set(words), ...keep };
    }
    case 'Equal': {
      const other = node.inputs.find((name) => name !== value) ?? '';
      const constant = flow.constant(other);
      return constant?.dataType === stringType ? fromTensor(constant, keep) : undefined;
    }
    default:
      return undefined;
  }
}

const stringType = 8;

function listed(node: ModelNode, prefix: string, more: { failsOnOthers: boolean }) {
  const of = (kind: string): ModelAttribute | undefined => node.attributes.get(`${prefix}_${kind}`);
  return (
    texts(of('strings')?.texts(), more) ??
    numbers(of('int64s')?.ints().map(Number), more) ??
    numbers(of('floats')?.floats(), more)
  );
}

function texts(values: string[] | undefined, more: { failsOnOthers: boolean }) {
  if (values === undefined || values.length === 0) return undefined;
  return { holds: 'texts' as const, values: new Set(values), ...more };
}

function numbers(values: number[] | undefined, more: { failsOnOthers: boolean }) {
  if (values === undefined || values.length === 0) return undefined;
  return { holds: 'numbers' as const, values: new Set(values.map(String)), ...more };
}

function fromTensor(tensor: ModelTensor | undefined, more: { failsOnOthers: boolean }) {
  if (tensor === undefined) return undefined;
  return tensor.dataType === stringType ? texts(tensor.texts(), more) : numbers(tensor.numbers(), more);
}

const word = /[\p{L}\p{N}_]+/gu;

/**
 * Whether the model has seen a cell's text: `trimmed` when it would have without the blanks around it. A text of words
 * is seen when one of its words is.
 */
export function lookUp({ holds, values, letters }: Vocabulary, cell: string): 'seen' | 'trimmed' | 'unseen' {
  const text = letters === 'lower' ? cell.toLowerCase() : letters === 'upper' ? cell.toUpperCase() : cell;
  if (values.has(text)) return 'seen';
  if (holds === 'words') return (text.match(word) ?? []).some((part) => values.has(part)) ? 'seen' : 'unseen';
  const trimmed = text.trim();
  if (holds === 'numbers') return values.has(String(Number(trimmed))) ? 'seen' : 'unseen';
  return values.has(trimmed) ? 'trimmed' : 'unseen';
}
