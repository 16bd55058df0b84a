import { assertNever, type AsideReading, type InputReading, type OutputReading } from '@meshdeck/shared';
import { looseName } from './column-names.js';
import { asideRole, type AsideRole } from './column-roles.js';
import type { ColumnSource, ResultColumn } from './interpret-outputs.js';
import type { ColumnPlan } from './match-columns.js';
import type { ModelInput } from './model-input.js';

/** Which columns feed which input, and why the others feed none. */
export function readingOfColumns({
  inputs,
  plan,
  header,
  textOnly,
  featureNames,
}: {
  inputs: readonly ModelInput[];
  plan: ColumnPlan;
  header: readonly string[];
  textOnly: readonly boolean[];
  featureNames: readonly string[] | undefined;
}): { inputs: InputReading[]; aside: AsideReading[] } {
  const nameOf = (column: number) => header[column] ?? '';
  return {
    inputs: inputs.map((input, at) => {
      const columns = (plan.columns[at] ?? []).map(nameOf);
      return { input: input.name, columns, how: howMatched(input, columns, featureNames), note: null };
    }),
    aside: plan.aside.map((column) => {
      const name = nameOf(column);
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
