import type { ColumnProfile } from './column-profile.js';

/** A column of one or several tables. Shares are of all rows. */
export interface Distribution {
  rows: number;
  missing: number;
  /** Rows that shares can be trusted like: fewer than there are where values were drawn. */
  drawn: number;
  /** Of numbers, ascending: values and how many rows each stands for. */
  numbers: { value: number; rows: number }[];
  /** Whether `numbers` are all values there are, and not some drawn from them. */
  isWhole: boolean;
  texts: Map<string, number>;
  /** Rows with texts that were not kept one by one. */
  otherTexts: number;
}

/** Puts the same column of several tables together. */
export function distributionOf(profiles: readonly ColumnProfile[]): Distribution {
  const texts = new Map<string, number>();
  const numbers: Distribution['numbers'] = [];
  let isWhole = true;
  let [rows, missing, drawn, otherTexts] = [0, 0, 0, 0];
  for (const profile of profiles) {
    rows += profile.rows;
    missing += profile.missing;
    const found = profile.numbers;
    if (found !== null) {
      drawn += found.values === null ? found.drawn : found.rows;
      isWhole &&= found.values !== null;
      for (const [value, count] of found.values ?? []) numbers.push({ value, rows: count });
      const each = found.rows / Math.max(1, found.points.length);
      if (found.values === null) for (const value of found.points) numbers.push({ value, rows: each });
      otherTexts += found.texts;
    }
    if (profile.texts !== null) {
      for (const [text, count] of profile.texts.values) {
        texts.set(text, (texts.get(text) ?? 0) + count);
        drawn += count;
      }
      otherTexts += profile.texts.others;
      drawn += profile.texts.others;
    }
  }
  numbers.sort((a, b) => a.value - b.value);
  return { rows, missing, drawn: drawn + missing, numbers, isWhole, texts, otherTexts };
}

/** The value below which a share `q` of the numbers lies. */
export function numberAt({ numbers }: Distribution, q: number): number {
  const all = numbers.reduce((sum, { rows }) => sum + rows, 0);
  let left = all * q;
  for (const { value, rows } of numbers) {
    left -= rows;
    if (left <= 0) return value;
  }
  return numbers.at(-1)?.value ?? Number.NaN;
}
