import type { ParamChanges, ParamValues } from '../models/param.js';

/** Values with some of them changed; null takes one back to its default. Undefined where none is left. */
export function changedParams(
  before: ParamValues | undefined,
  changes: ParamChanges | undefined,
): ParamValues | undefined {
  const entries = Object.entries({ ...before, ...changes }).filter(
    (entry): entry is [string, ParamValues[string]] => entry[1] !== null,
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
