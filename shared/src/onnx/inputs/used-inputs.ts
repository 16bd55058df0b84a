import type { OutputPlan } from '../outputs/plan-outputs.js';

/**
 * The inputs that a table has to fill, and those that no result depends on. A model whose results depend on no input still
 * has to be told how many rows there are, so all of them are filled.
 */
export function usedInputs<T extends { name: string }>(
  inputs: readonly T[],
  plan: Pick<OutputPlan, 'inputs'>,
): { filled: T[]; idle: T[] } {
  const needed = inputs.filter(({ name }) => plan.inputs.has(name));
  const filled = needed.length > 0 ? needed : [...inputs];
  return { filled, idle: inputs.filter((input) => !filled.includes(input)) };
}
