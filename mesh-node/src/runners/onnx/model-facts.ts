import type { AttributeProto, GraphProto, ModelProto, TensorProto } from './onnx-subset-pb.js';

/** What a model's file tells beyond the shapes of its inputs and outputs. */
export interface ModelFacts {
  /** The exporter, such as `skl2onnx 1.17.0`; empty when the file does not say. */
  producer: string;
  /** Names of the features of a matrix input, in order, where the metadata has them. */
  featureNames: string[] | undefined;
  /** Every list of class names found, the likeliest first. */
  classLists: string[][];
  /** The operator that computes each output, past mere casts and reshapes. */
  operators: ReadonlyMap<string, string>;
}

const featureKeys = ['feature_names', 'features', 'input_columns', 'columns'];
const classKeys = ['class_names', 'classes', 'labels', 'names'];
/** Operators that pass their first input on with the same values. */
const passing = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'ZipMap',
  'Slice',
]);
const longestChain = 32;
/** TensorProto.DataType */
const int64Type = 7;

/** Reads the facts from the model as its exporter wrote it. */
export function readModelFacts(model: ModelProto): ModelFacts {
  const metadata = new Map(model.metadataProps.map(({ key, value }) => [key.toLowerCase(), value]));
  const { graph } = model;
  return {
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
    featureNames: firstList(metadata, featureKeys),
    classLists: [
      ...(graph === undefined ? [] : classListsOf(graph)),
      ...classKeys.flatMap((key) => parseNames(metadata.get(key)) ?? []),
    ],
    operators: new Map(graph?.output.map(({ name }) => [name, operatorOf(graph, name)])),
  };
}

/** The names of `count` classes, where the model tells them. */
export function classNames(facts: ModelFacts, count: number): string[] | undefined {
  return facts.classLists.find((names) => names.length === count);
}

function firstList(metadata: ReadonlyMap<string, string>, keys: readonly string[]): string[] | undefined {
  for (const key of keys) {
    const [names] = parseNames(metadata.get(key)) ?? [];
    if (names !== undefined) return names;
  }
  return undefined;
}

/** A JSON array, a JSON object from index to name, or a comma list. One list, in an array, to flatten. */
function parseNames(text: string | undefined): [string[]] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return [parsed.map(String)];
    if (typeof parsed === 'object' && parsed !== null) return [Object.values(parsed).map(String)];
  } catch {
    // No JSON: a comma list, unless it is another language's notation.
    if (/^\s*[[{(]/.test(text)) return undefined;
  }
  return [text.split(',').map((name) => name.trim())];
}

/** Class labels as classifiers and ZipMap carry them, else as the array that labels are picked from. */
function classListsOf(graph: GraphProto): string[][] {
  const lists: string[][] = [];
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node.toReversed()) {
    for (const attribute of node.attribute) {
      if (attribute.name.startsWith('classlabels_')) lists.push(attributeValues(attribute));
    }
    if (node.opType !== 'ArrayFeatureExtractor') continue;
    const picked = tensors.get(node.input[0] ?? '');
    if (picked !== undefined && picked.dims.length <= 2) lists.push(tensorValues(picked));
  }
  return lists.filter((names) => names.length > 0);
}

function attributeValues({ ints, strings }: AttributeProto): string[] {
  return strings.length > 0 ? strings.map((bytes) => Buffer.from(bytes).toString('utf8')) : ints.map(String);
}

function tensorValues(tensor: TensorProto): string[] {
  if (tensor.stringData.length > 0)
    return tensor.stringData.map((bytes) => Buffer.from(bytes).toString('utf8'));
  if (tensor.int64Data.length > 0) return tensor.int64Data.map(String);
  if (tensor.int32Data.length > 0) return tensor.int32Data.map(String);
  if (tensor.dataType !== int64Type) return [];
  const raw = Buffer.from(tensor.rawData);
  return Array.from({ length: raw.length / 8 }, (_, index) => String(raw.readBigInt64LE(index * 8)));
}

function operatorOf(graph: GraphProto, output: string): string {
  let value = output;
  for (let step = 0; step < longestChain; step++) {
    const node = graph.node.find((candidate) => candidate.output.includes(value));
    if (node === undefined) return '';
    if (!passing.has(node.opType)) return node.opType;
    value = node.input[0] ?? '';
  }
  return '';
}
