import { textNumber } from '../reading/cell-number.js';
import { pointForm, type NumberForm } from '../reading/number-form.js';

/** More classes than this are quantities or names, no classes. */
export const mostClasses = 2000;
const mostSpellings = 20_000;
const longestName = 1000;

/**
 * What makes two cells the same class: numbers by their value (`1` and `1.0`), truth values in any case, blanks around a text
 * left out. Null for an empty cell. Whole numbers beyond 2^53 are compared as text, since two of them may share a double.
 */
export function classKey(text: string, form: NumberForm = pointForm): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const number = textNumber(trimmed, form);
  if (Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER)
    return String(number === 0 ? 0 : number);
  if (/^(?:true|false)$/i.test(trimmed)) return trimmed.toLowerCase();
  return trimmed.slice(0, longestName).normalize();
}

/** Numbers classes as they come, so that they are counted by number. */
export interface ClassNames {
  /**
   * Reads a column's cells: the class of a text, -1 for an empty one, -2 where there are too many classes. Classes are called as
   * the column that `names` them writes them.
   */
  reader(form: NumberForm, options?: { names?: boolean }): (text: string) => number;
  /** The class of that key, if it was seen. */
  find(key: string): number | undefined;
  keyOf(id: number): string;
  /** As it is written, without blanks around it. */
  nameOf(id: number): string;
  count(): number;
  /** There were more than `mostClasses`. */
  tooMany(): boolean;
}

export function createClassNames(): ClassNames {
  const ids = new Map<string, number>();
  const keys: string[] = [];
  const names: string[] = [];
  const isNamed: boolean[] = [];
  let tooMany = false;

  function idOf(key: string | null, text: string, gives: boolean): number {
    if (key === null) return -1;
    const known = ids.get(key);
    if (known !== undefined) {
      if (gives && isNamed[known] !== true) {
        names[known] = text.trim();
        isNamed[known] = true;
      }
      return known;
    }
    if (keys.length >= mostClasses) {
      tooMany = true;
      return -2;
    }
    ids.set(key, keys.length);
    names.push(text.trim());
    isNamed.push(gives);
    return keys.push(key) - 1;
  }

  return {
    reader(form, { names: gives = false } = {}) {
      const spellings = new Map<string, number>();
      return (text) => {
        const known = spellings.get(text);
        if (known !== undefined) return known;
        const id = idOf(classKey(text, form), text, gives);
        if (id !== -2 && spellings.size < mostSpellings) spellings.set(text, id);
        return id;
      };
    },
    find: (key) => ids.get(key),
    keyOf: (id) => keys[id] ?? '',
    nameOf: (id) => names[id] ?? '',
    count: () => keys.length,
    tooMany: () => tooMany,
  };
}
