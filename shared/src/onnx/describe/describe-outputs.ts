import type { ModelOutputView } from '../../models/model.js';
import type { ModelAnalysis } from '../analyse-model.js';
import type { ModelOutput } from '../graph/model-outputs.js';
import type { ReadOutput } from '../outputs/describe-scores.js';
import { interpretOutputs, type InterpretedOutputs } from '../outputs/interpret-outputs.js';
import type { OutputPlan } from '../outputs/plan-outputs.js';
import { trialValues } from './trial-values.js';
import { cut, namesWords, typeWords, valueWords } from './type-words.js';

const mostOutputs = 1000;
const onlyARun = 'How many values a row has, and so its columns, only a run tells.';

/**
 * The outputs in words, as a run would read them: by the same rules, on made-up values. Where those decide (whether scores
 * sum to 1), both ways are said.
 */
export function describeOutputs(
  analysis: Pick<ModelAnalysis, 'flow' | 'facts' | 'outputs'>,
  plan: OutputPlan,
  idle: readonly string[],
): ModelOutputView[] {
  const [likely, other] = [true, false].map((sums) => interpret(analysis, plan, idle, sums));
  const leftOut = new Map(plan.leftOut.map(({ output, how }) => [output, how]));
  return analysis.outputs.slice(0, mostOutputs).map((output): ModelOutputView => {
    const name = output.name.slice(0, 200);
    const view = { name: cut(output.name, 200), type: cut(typeWords(output.type), 300) };
    const gone = leftOut.get(name);
    if (gone !== undefined) return { ...view, words: gone, columns: [] };
    const [first, second] = [likely, other].map((read) =>
      read?.readings.find((each) => each.output === name),
    );
    if (first === undefined || second === undefined) {
      return { ...view, words: cut(`${origin(output)} ${onlyARun}`, 600), columns: null };
    }
    const decided = first.columns.join('\n') === second.columns.join('\n');
    const how = decided ? first.how : eitherWay(first.columns, second.columns);
    return {
      ...view,
      words: cut([classesOf(output, plan), how].filter((part) => part !== '').join(' '), 600),
      columns: decided ? first.columns.slice(0, 1100) : null,
    };
  });
}

/** `A probability for each class (probability_a, probability_b) where they sum to 1; else its score (score_a, score_b).` */
function eitherWay(likely: readonly string[], other: readonly string[]): string {
  return (
    `A probability for each class (${namesWords(likely, 3)}) where they sum to 1; ` +
    `else the values as they are (${namesWords(other, 3)}).`
  );
}

/** Undefined where the graph does not tell every output's width and type. */
function interpret(
  { flow, facts }: Pick<ModelAnalysis, 'flow' | 'facts'>,
  plan: OutputPlan,
  idle: readonly string[],
  likely: boolean,
): InterpretedOutputs | undefined {
  const outputs: ReadOutput[] = [];
  for (const [at, model] of plan.read.entries()) {
    const values = trialValues(flow, model, likely || model.score.kind === 'probabilities');
    if (values === undefined) return undefined;
    outputs.push({ at, model, values });
  }
  return interpretOutputs({ outputs, rows: 1, facts, choice: { kind: 'found' }, header: [], idle });
}

/** What an output tells apart, where it says so: `Class of 3: setosa, versicolor, virginica.` */
function classesOf({ label, score }: ModelOutput, { read }: OutputPlan): string {
  const classes =
    label?.classes ?? (read.some((each) => each.label !== undefined) ? undefined : score.classes);
  return classes === undefined || classes.length === 0
    ? ''
    : `Class of ${classes.length.toLocaleString('en-US')}: ${namesWords(classes)}.`;
}

function origin({ label, score, type }: ModelOutput): string {
  if (label !== undefined && label.by !== 'unknown') return 'What the model decides on.';
  if (score.kind === 'classifier') return "A classifier's scores.";
  if (score.kind === 'probabilities') return 'Probabilities from softmax.';
  if (type.kind !== 'tensor') return 'Values for each row.';
  return `${valueWords(type.elements, undefined).replace(/^./, (letter) => letter.toUpperCase())} for each row.`;
}
