import { describeRaw, scoreNames, type ReadOutput } from './describe-scores.js';
import { sharesScores } from '../graph/meaning/shared-scores.js';
import { classNames, type ModelFacts } from '../model-facts.js';
import { isFloat, sumToOne } from './model-output.js';
import {
  numbered,
  together,
  valueColumn,
  type DescribedOutput,
  type ResultColumn,
} from './result-columns.js';

/** A label and what stands beside it: `prediction`, then `probability_CLASS`, `score_CLASS`, or the outputs' own names. */
export function describeLabelled(
  label: ReadOutput,
  others: readonly ReadOutput[],
  facts: ModelFacts,
  rows: number,
): DescribedOutput[] {
  const prediction = valueColumn('prediction', label.at, 0);
  const apart = classesApart(label, others, facts);
  if (apart !== undefined) {
    const needs = others.map(({ at }) => at);
    return [
      { output: label.at, columns: together([prediction], needs), how: labelSentence(label) },
      ...others.map(({ at }, index) => ({
        output: at,
        columns: together([valueColumn(`probability_${apart[index]}`, at, 0)], needs),
        how: `The probability of the class ${apart[index]}.`,
      })),
    ];
  }
  const described = others.map((other) => describeBeside(label, other, facts, rows));
  const needs = described.flatMap(({ probabilities }, at) => (probabilities ? [others[at]?.at ?? 0] : []));
  return [
    { output: label.at, columns: together([prediction], needs), how: labelSentence(label) },
    ...described.map(({ probabilities, ...output }) => ({
      ...output,
      columns: probabilities ? together(output.columns, [output.output]) : output.columns,
    })),
  ];
}

/** The classes of several outputs that hold one probability each (zipmap='columns' of scikit-learn's exporter). */
function classesApart(
  label: ReadOutput,
  others: readonly ReadOutput[],
  facts: ModelFacts,
): string[] | undefined {
  if (others.length < 2 || !others.every(({ values }) => values.width === 1 && isFloat(values)))
    return undefined;
  const values = new Set(others.map(({ model }) => model.score.value));
  if (values.size > 1 || others.some(({ model }) => !model.score.part)) return undefined;
  const own = label.model.label?.classes;
  return own?.length === others.length ? own : classNames(facts, others.length);
}

type Beside = DescribedOutput & { probabilities: boolean };

function describeBeside(label: ReadOutput, other: ReadOutput, facts: ModelFacts, rows: number): Beside {
  const { at, model, values } = other;
  const single = values.width === 1 ? describeSigmoid(label, other) : undefined;
  if (single !== undefined) return single;
  if (values.width === 1 || values.rank > 1 || !isFloat(values)) {
    return { ...describeRaw(other, model.name), probabilities: false };
  }
  if (model.score.kind === 'pairs') {
    const how =
      'The support vector machine scores each pair of classes: the first with the second, with the third...';
    return { ...describeRaw(other, model.name), how, probabilities: false };
  }
  const probabilities = sumToOne(values, rows);
  const known = scoreNames(other, facts) ?? namesOfLabel(label, values.width);
  if (!probabilities && known === undefined) {
    return {
      ...describeRaw(other, model.name),
      how: 'Values beside the label as the model gives them.',
      probabilities,
    };
  }
  const names = known ?? numbered(values.width);
  const prefix = probabilities ? 'probability' : 'score';
  return {
    output: at,
    columns: names.map((name, index) => valueColumn(`${prefix}_${name}`, at, index)),
    how: probabilities ? 'The probability of each class.' : "Each class's score as the model gives it.",
    probabilities,
  };
}

function namesOfLabel({ model }: ReadOutput, count: number): string[] | undefined {
  return model.label?.classes?.length === count ? model.label.classes : undefined;
}

/** One probability beside the label that it decides: that of the label's second class. */
function describeSigmoid(label: ReadOutput, { at, model }: ReadOutput): Beside | undefined {
  const { score } = model;
  if (score.kind !== 'sigmoid' || score.part || !sharesScores(label.model.label, score)) return undefined;
  const [no, yes] =
    label.model.label?.classes ?? (label.values.type === 'bool' ? ['false', 'true'] : ['0', '1']);
  const columns: ResultColumn[] = [
    { name: `probability_${no}`, source: { kind: 'complement', output: at } },
    valueColumn(`probability_${yes}`, at, 0),
  ];
  return {
    output: at,
    columns,
    how: `The probability of ${yes}, and what is left of it for ${no}.`,
    probabilities: true,
  };
}

function labelSentence({ model }: ReadOutput): string {
  switch (model.label?.by) {
    case 'classifier':
      return 'The class that the classifier decides on.';
    case 'best':
      return `The class with the best score, as the model decides (${model.label.node.operator}).`;
    case 'threshold':
      return 'What the model decides by comparing a score with a threshold.';
    default:
      return 'The label that the model gives.';
  }
}
