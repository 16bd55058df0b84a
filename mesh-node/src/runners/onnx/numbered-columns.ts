import { looseName } from '@meshdeck/shared/onnx';

/** What numbers at the end of all names say about the order of the columns. */
export type NumberedOrder =
  /** They are the model's own numbers for its features: the places of the columns in that order. */
  | { kind: 'model'; order: number[] }
  /** The columns are numbered, and stand in another order. */
  | { kind: 'shuffled' }
  | { kind: 'none' };

/** How XGBoost and LightGBM call features that have no name. */
const ownStems = new Set(['f', 'column']);
/** Windows of a series count down to the present. */
const backwards = /^(?:.*_)?(?:t|lag|prev|previous|minus|h|step)_?$/;

/**
 * Looks whether names are one stem with numbers, such as `x1, x10, x2`: sorted as text, they are not in the order of
 * their numbers, and nobody can tell which one the model was trained in.
 */
export function numberedOrder(names: readonly string[], input: string): NumberedOrder {
  if (names.length < 2) return { kind: 'none' };
  const parts = names.map((name) => /^(.*?)(\d{1,6})$/u.exec(looseName(name)));
  const stems = new Set(parts.map((part) => part?.[1]));
  const [stem] = stems;
  if (stems.size !== 1 || stem === undefined) return { kind: 'none' };
  const numbers = parts.map((part) => Number(part?.[2]));
  const sorted = numbers.toSorted((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const counted = first <= 1 && sorted.every((value, at) => value === first + at);
  const bare = stem.replace(/_$/, '');
  if (counted && (ownStems.has(bare) || bare === looseName(input))) {
    return { kind: 'model', order: sorted.map((number) => numbers.indexOf(number)) };
  }
  const goes = (way: (before: number, after: number) => boolean): boolean =>
    numbers.slice(1).every((value, at) => way(numbers[at] ?? 0, value));
  const ascends = goes((before, after) => before < after);
  const descends = goes((before, after) => before > after) && (!counted || backwards.test(stem));
  return ascends || descends ? { kind: 'none' } : { kind: 'shuffled' };
}
