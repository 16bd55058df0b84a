import type { ModelAnalysis } from '../analyse-model.js';
import { knownWidths } from '../inputs/known-widths.js';
import { describeInput, type ModelInput } from '../inputs/model-input.js';
import { usedInputs } from '../inputs/used-inputs.js';
import type { OutputPlan } from '../outputs/plan-outputs.js';

/** An input that a table fills, and which of its columns do so. */
export interface PlannedInput {
  input: ModelInput;
  /** How many columns it takes at least, where only that is known. */
  least: number | undefined;
  /** By the column of its name; by the names in the file; by NAME_0, NAME_1...; by the table's order. */
  how: 'name' | 'lone' | 'metadata' | 'numbered' | 'order';
  /** What its columns are called in the file; `NAME_0`... where they have to be counted. Empty where any names do. */
  columns: string[];
}

/** More columns than a table of numbered names is described with. */
const mostNumbered = 2000;

/**
 * How a table's columns come to the inputs when nothing is told, by what the file knows.
 *
 * @throws MeshdeckError model-unsupported for an input that no table can fill.
 */
export function planInputs(
  { inputs, facts }: Pick<ModelAnalysis, 'inputs' | 'facts'>,
  plan: Pick<OutputPlan, 'inputs'>,
): { planned: PlannedInput[]; idle: string[] } {
  const { filled, idle } = usedInputs(inputs, plan);
  const stated = filled.map((input) => describeInput(input, input.rowAxis));
  const known = knownWidths(stated, facts.widths);
  const wide = known.inputs.filter(({ width }) => width !== 1);
  const lone = known.inputs.length === 1;
  // Beside one input of texts, one of numbers may go by the table's order; more have to be told apart by name.
  const texts = wide.filter(({ type }) => type === 'string').length;
  const byOrder = wide.length < 2 || (wide.length === 2 && texts === 1);
  const planned = known.inputs.map((input): PlannedInput => {
    const least = known.least.get(input.name);
    const { name, width } = input;
    const named = wide.length === 1 || lone ? facts.featureNames : undefined;
    if (named !== undefined && (width === undefined || named.length === width) && (width !== 1 || lone)) {
      return { input, least, how: 'metadata', columns: [...named] };
    }
    if (width === 1) return { input, least, how: lone ? 'lone' : 'name', columns: [name] };
    if (byOrder || width === undefined || width > mostNumbered) {
      return { input, least, how: 'order', columns: [] };
    }
    return {
      ...{ input, least },
      how: 'numbered',
      columns: Array.from({ length: width }, (_, at) => `${name}_${at}`),
    };
  });
  return { planned, idle: idle.map(({ name }) => name) };
}
