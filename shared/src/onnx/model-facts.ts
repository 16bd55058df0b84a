import { classListsOfGraph, classListsOfMetadata, parseNames } from './graph/class-names.js';
import { readDataFlow, type DataFlow } from './graph/data-flow.js';
import { readInputVocabularies } from './graph/input-vocabularies.js';
import { readInputWidths, type InputWidth } from './graph/input-width.js';
import { readLabelEncodings, type LabelEncoding } from './graph/label-encodings.js';
import type { ModelFile } from './graph/model-file.js';
import type { Vocabulary } from './graph/vocabulary.js';

/** What a model's file tells beyond the shapes of its inputs and outputs. */
export interface ModelFacts {
  /** The exporter, such as `skl2onnx 1.17.0`; empty when the file does not say. */
  producer: string;
  /** Names of the features of a matrix input, in order, where the model has them. */
  featureNames: string[] | undefined;
  /** Every list of class names found, the likeliest first. */
  classLists: string[][];
  /** Those of them that stand in the metadata, where a person put them. */
  namedInMetadata: string[][];
  /** Text inputs that are numbered first thing. */
  encodings: readonly LabelEncoding[];
  /** By the input's name: how many values a row of it has, as the weights or trees tell. */
  widths: ReadonlyMap<string, InputWidth>;
  /** By the input's name: what the model looks its columns up in. */
  vocabularies: ReadonlyMap<string, readonly Vocabulary[]>;
}

const featureKeys = ['feature_names', 'features', 'input_columns', 'columns'];

/** Reads the facts from the model as its exporter wrote it. */
export function readModelFacts(model: ModelFile, flow: DataFlow = readDataFlow(model)): ModelFacts {
  const namedInMetadata = classListsOfMetadata(model.metadata);
  return {
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
    featureNames: featureNamesOf(model, flow),
    classLists: [...classListsOfGraph(flow), ...namedInMetadata],
    namedInMetadata,
    encodings: readLabelEncodings(flow),
    widths: readInputWidths(flow),
    vocabularies: readInputVocabularies(flow),
  };
}

/** The names of `count` classes, where the model tells them. */
export function classNames(facts: Pick<ModelFacts, 'classLists'>, count: number): string[] | undefined {
  return facts.classLists.find((names) => names.length === count);
}

/** From the metadata, or as ML.NET keeps them: as the keys of a LabelEncoder that nothing reads. */
function featureNamesOf({ metadata }: ModelFile, flow: DataFlow): string[] | undefined {
  for (const key of featureKeys) {
    const names = parseNames(metadata.get(key));
    if (names !== undefined) return names;
  }
  for (const { name } of flow.inputs) {
    const slots = flow.nodes.find((node) => node.name === `mlnet.${name}.SlotNames`);
    const names = slots?.attributes.get('keys_strings')?.texts() ?? [];
    if (names.length > 0) return names;
  }
  return undefined;
}
