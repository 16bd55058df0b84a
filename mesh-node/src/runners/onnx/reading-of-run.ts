import {
  assertNever,
  type AsideReading,
  type InputReading,
  type OutputReading,
  type ReadingOptions,
} from '@meshdeck/shared';
import { createColumnIndex, looseName } from './column-names.js';
import { asideRole, type AsideRole } from './column-roles.js';
import type { ColumnSource, ResultColumn } from './interpret-outputs.js';
import type { ColumnPlan } from './match-columns.js';
import type { ModelInput } from './model-input.js';

const widthOf = ({ width }: ModelInput) => width ?? null;

/** The inputs as the model states them, each with the column of its name; what is told where they cannot all be fed. */
export function readingOfInputs(inputs: readonly ModelInput[], header: readonly string[]): InputReading[] {
  const find = createColumnIndex(header);
  return inputs.map((input) => {
    const found = input.width === 1 ? find(input.name) : [];
    const columns = found.length === 1 ? found.map((column) => header[column] ?? '') : [];
    const how = columns.length === 1 ? 'name' : 'open';
    return { input: input.name, columns, width: widthOf(input), how, note: null };
  });
}

/** Which columns feed which input, and why the others feed none. */
export function readingOfColumns({
  inputs,
  plan,
  header,
  textOnly,
  featureNames,
  told,
}: {
  inputs: readonly ModelInput[];
  plan: ColumnPlan;
  header: readonly string[];
  textOnly: readonly boolean[];
  featureNames: readonly string[] | undefined;
  told: ReadingOptions;
}): { inputs: InputReading[]; aside: AsideReading[] } {
  const nameOf = (column: number) => header[column] ?? '';
  return {
    inputs: inputs.map((input, at) => {
      const columns = (plan.columns[at] ?? []).map(nameOf);
      const how = howMatched(input, columns, featureNames);
      return { input: input.name, columns, width: widthOf(input), how, note: null };
    }),
    aside: plan.aside.map((column) => {
      const name = nameOf(column);
      if (told.truth === name) return { column: name, why: 'holds the truth' };
      if (told.aside?.includes(name) === true) return { column: name, why: 'as told' };
      return { column: name, why: whyAside(asideRole(name, textOnly[column] === true)) };
    }),
  };
}

function howMatched(
  { name, width }: ModelInput,
  columns: readonly string[],
  featureNames: readonly string[] | undefined,
): InputReading['how'] {
  const [first] = columns;
  if (width === 1 && first !== undefined && looseName(first) === looseName(name)) return 'name';
  if (featureNames?.length === columns.length) return 'metadata';
  const numbered = (from: number) =>
    columns.every((column, at) => looseName(column) === looseName(`${name}_${from + at}`));
  return numbered(0) || numbered(1) ? 'numbered' : 'order';
}

function whyAside(role: AsideRole | undefined): string {
  switch (role) {
    case 'id':
    case 'reference':
      return 'named as an id';
    case 'label':
    case 'target':
      return 'named as what is to be predicted';
    case 'text':
      return 'text where the model takes numbers';
    case undefined:
      return 'no input takes it';
    default:
      return assertNever(role);
  }
}

/** What each output of the model became, in the order of the result's columns. */
export function readingOfOutputs(
  columns: readonly ResultColumn[],
  outputNames: readonly string[],
): OutputReading[] {
  return outputNames.map((output, at) => {
    const own = columns.filter(({ source }) => source.output === at);
    return {
      output,
      columns: own.map(({ name }) => name),
      how: [...new Set(own.map(({ source }) => wordsOf(source)))].join('; ') || 'not in the result',
    };
  });
}

function wordsOf(source: ColumnSource): string {
  switch (source.kind) {
    case 'value':
      return 'as the model gives it';
    case 'best':
      return 'the class with the largest value';
    case 'half':
      return 'the second class from 0.5 on';
    case 'complement':
      return 'one minus the value';
    case 'softmax':
      return 'probabilities by softmax';
    default:
      return assertNever(source);
  }
}
