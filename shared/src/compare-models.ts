import { formatBytes } from './format.js';
import type { ModelFactsView, ModelView } from './models/model.js';

/** One thing that differs between two versions of a model; a dash where one has none of it. */
export interface ModelChange {
  what: string;
  before: string;
  after: string;
}

const none = '–';
/** More differences than anyone compares line by line. */
const mostChanges = 200;

/** What is different in another version: in inputs, outputs, classes, operators, size and producer. Empty where nothing is. */
export function compareModels(before: ModelView, after: ModelView): ModelChange[] {
  const changes: ModelChange[] = [];
  const note = (what: string, one: string | undefined, other: string | undefined): void => {
    if (one !== other && changes.length < mostChanges) {
      changes.push({ what, before: one ?? none, after: other ?? none });
    }
  };
  const size = (bytes: number): string =>
    bytes < 1024 ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes.toLocaleString('en-US')} bytes)`;
  note('File', before.file, after.file);
  note('Size', size(before.bytes), size(after.bytes));
  const [one, other] = [before.facts, after.facts];
  if (one === null || other === null) {
    note(
      'Model',
      one === null ? 'cannot be looked into' : 'read',
      other === null ? 'cannot be looked into' : 'read',
    );
    return changes;
  }
  note('Producer', producerText(one), producerText(other));
  note('Operators from', opsetsText(one), opsetsText(other));
  note('ONNX file version', String(one.irVersion), String(other.irVersion));
  note('Parameters', one.parameters.toLocaleString('en-US'), other.parameters.toLocaleString('en-US'));
  note('Operators', String(one.operators), String(other.operators));
  for (const [what, before, after] of paired('Input', one.inputs, other.inputs, inputText))
    note(what, before, after);
  for (const [what, before, after] of paired('Output', one.outputs, other.outputs, outputText))
    note(what, before, after);
  for (const [what, before, after] of paired(
    'Known values of',
    vocabulariesOf(one),
    vocabulariesOf(other),
    ({ text }) => text,
  )) {
    note(what, before, after);
  }
  note('Classes', classesText(one), classesText(other));
  return changes;
}

/** `skl2onnx 1.17.0`; a sentence where the file does not say. */
export function producerText({ producer }: Pick<ModelFactsView, 'producer'>): string {
  return producer === null ? 'not said in the file' : `${producer.name} ${producer.version}`.trim();
}

/** `ai.onnx 15, ai.onnx.ml 2` */
export function opsetsText({ opsets }: Pick<ModelFactsView, 'opsets'>): string {
  return opsets
    .map(({ domain, version }) => `${domain} ${version}`)
    .sort()
    .join(', ');
}

/** The classes by name, the first of many. */
export function classesText({
  classes,
  classesTotal,
}: Pick<ModelFactsView, 'classes' | 'classesTotal'>): string | undefined {
  if (classesTotal === 0) return undefined;
  const first = classes.slice(0, 20).join(', ');
  return classesTotal > 20
    ? `${classesTotal.toLocaleString('en-US')}: ${first}, …`
    : `${classesTotal}: ${first}`;
}

function inputText({ type, columns }: ModelFactsView['inputs'][number]): string {
  return columns.length > 1
    ? `${type}, from ${columns.slice(0, 8).join(', ')}${columns.length > 8 ? ', …' : ''}`
    : type;
}

function outputText({ type, columns }: ModelFactsView['outputs'][number]): string {
  if (columns === null) return type;
  if (columns.length === 0) return `${type}, left out`;
  return `${type}, as ${columns.slice(0, 8).join(', ')}${columns.length > 8 ? `, … (${columns.length} columns)` : ''}`;
}

function vocabulariesOf({ inputs }: ModelFactsView): { name: string; text: string }[] {
  return inputs.flatMap(({ name, vocabularies }) =>
    vocabularies.map(({ column, size, examples }) => ({
      name: column ?? name,
      text: `${size.toLocaleString('en-US')}: ${examples.join(', ')}${size > examples.length ? ', …' : ''}`,
    })),
  );
}

/** Things of two lists by name, those of the first in front. */
function* paired<T extends { name: string }>(
  what: string,
  before: readonly T[],
  after: readonly T[],
  text: (thing: T) => string,
): Generator<[what: string, before: string | undefined, after: string | undefined]> {
  const named = (list: readonly T[], name: string): string | undefined => {
    const found = list.find((thing) => thing.name === name);
    return found && text(found);
  };
  for (const name of new Set([...before, ...after].map((thing) => thing.name))) {
    yield [`${what} ${name}`, named(before, name), named(after, name)];
  }
}
