import type { ModelInputView, ModelVocabulary } from '../../models/model.js';
import type { ModelAnalysis } from '../analyse-model.js';
import type { Vocabulary } from '../graph/vocabulary.js';
import type { PlannedInput } from './input-plan.js';
import { cut, namesWords, typeWords, valueWords } from './type-words.js';

const mostInputs = 1000;
const mostColumns = 1000;
const mostVocabularies = 50;
const examples = 12;

/** The inputs in words, in the model's order. */
export function describeInputs(
  { inputs, facts }: Pick<ModelAnalysis, 'inputs' | 'facts'>,
  planned: readonly PlannedInput[],
): ModelInputView[] {
  const byName = new Map(planned.map((each) => [each.input.name, each]));
  return inputs.slice(0, mostInputs).map(({ name, type }): ModelInputView => {
    const plan = byName.get(name);
    const vocabularies = facts.vocabularies.get(name) ?? [];
    return {
      name: cut(name, 200),
      type: cut(typeWords(type), 300),
      words: cut(
        plan === undefined ? 'Not needed in the table: no result depends on it.' : wordsOf(plan),
        600,
      ),
      width: plan?.input.width ?? null,
      columns: (plan?.columns ?? []).slice(0, mostColumns).map((column) => cut(column, 200)),
      vocabularies: vocabularies
        .slice(0, mostVocabularies)
        .map((vocabulary) => describeVocabulary(vocabulary, plan)),
    };
  });
}

function wordsOf({ input, least, how, columns }: PlannedInput): string {
  const { type, width, deep, shape } = input;
  const what = valueWords(type, width);
  const each = deep
    ? `${what} for each row, an image or a series of the shape ${shape}`
    : `${what} for each row`;
  switch (how) {
    case 'name':
      return sentence(`${each}, from the column of this name`);
    case 'lone':
      return sentence(`${each}, from the column of this name, or the only column left`);
    case 'metadata':
      return sentence(`${each}, from the columns ${namesWords(columns)}, as the file names them`);
    case 'numbered':
      return sentence(`${each}, from the columns ${namesWords(columns, 3)}`);
    case 'order':
      if (width !== undefined) {
        return sentence(
          `${each}, from as many columns in the order of the table; the file holds no names for them`,
        );
      }
      if (least === undefined)
        return sentence(`${each}, from all columns of the table; the model does not say how many`);
      return sentence(
        `${each}, from all columns of the table, in its order; the model looks at ${least} at least`,
      );
  }
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function describeVocabulary(
  { column, holds, values, failsOnOthers }: Vocabulary,
  plan: PlannedInput | undefined,
): ModelVocabulary {
  const name =
    column === null || plan === undefined ? null : (plan.columns[column] ?? `column ${column + 1}`);
  return {
    column: name === null ? null : cut(name, 200),
    ...{ holds, failsOnOthers, size: values.size },
    examples: [...take(values, examples)].map((value) => cut(value, 60)),
  };
}

function* take<T>(values: Iterable<T>, most: number): Generator<T> {
  let left = most;
  for (const value of values) {
    if (left-- <= 0) return;
    yield value;
  }
}
