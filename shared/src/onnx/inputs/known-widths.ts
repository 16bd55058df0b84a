import type { InputWidth } from '../graph/input-width.js';
import type { ModelInput } from './model-input.js';

/**
 * The inputs with the widths that the model's weights tell where a shape leaves them open; `least` for those of which only
 * the highest feature is known that is looked at, as in trees.
 */
export function knownWidths(
  inputs: readonly ModelInput[],
  widths: ReadonlyMap<string, InputWidth>,
): { inputs: ModelInput[]; least: ReadonlyMap<string, number> } {
  const least = new Map<string, number>();
  const known = inputs.map((input) => {
    const told = widths.get(input.name);
    // In a series or an image the weights tell the last size alone.
    if (input.width !== undefined || told === undefined || input.deep) return input;
    if (told.exact) return { ...input, width: told.width };
    least.set(input.name, told.width);
    return input;
  });
  return { inputs: known, least };
}
