import type { ColumnProfile } from './column-profile.js';

/** A column of one or several tables. Shares are of all rows. */
export interface Distribution {
  rows: number;
  missing: number;
  /** Rows that shares can be trusted like: fewer than there are where values were drawn. */
  drawn: number;
  /** Of numbers, ascending: values and how many rows each stands for. */
  numbers: { value: number; rows: number }[];
  /** Of numbers: how many rows hold one up to `value`. */
  rowsUpTo(value: number): number;
  /** Whether `numbers` are all values there are, and not some drawn from them. */
  isWhole: boolean;
  texts: Map<string, number>;
  /** Whether all rows with this text are counted in `texts`: no table has it among those that were not kept. */
  knowsText(text: string): boolean;
  /** Rows with texts that were not kept one by one. */
  otherTexts: number;
}

/** Puts the same column of several tables together. */
export function distributionOf(profiles: readonly ColumnProfile[]): Distribution {
  const texts = new Map<string, number>();
  const numbers: Distribution['numbers'] = [];
  const counters: ((value: number) => number)[] = [];
  const kept: { others: number; values: Set<string> }[] = [];
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
      const { values, points } = found;
      counters.push(values === null ? smoothCounter(points, found.rows) : stepCounter(values));
      otherTexts += found.texts;
    }
    if (profile.texts !== null) {
      kept.push({
        others: profile.texts.others,
        values: new Set(profile.texts.values.map(([text]) => text)),
      });
      for (const [text, count] of profile.texts.values) {
        texts.set(text, (texts.get(text) ?? 0) + count);
        drawn += count;
      }
      otherTexts += profile.texts.others;
      drawn += profile.texts.others;
    }
  }
  numbers.sort((a, b) => a.value - b.value);
  return {
    rows,
    missing,
    drawn: drawn + missing,
    numbers,
    rowsUpTo: (value) => counters.reduce((sum, count) => sum + count(value), 0),
    isWhole,
    texts,
    knowsText: (text) => kept.every(({ others, values }) => others === 0 || values.has(text)),
    otherTexts,
  };
}

/** Rows up to a value where all values are known. */
function stepCounter(values: readonly (readonly [number, number])[]): (value: number) => number {
  return (limit) => values.reduce((sum, [value, rows]) => (value <= limit ? sum + rows : sum), 0);
}

/**
 * Rows up to a value by points that were drawn, straight between two of them: steps would leave bins empty that are not. A value
 * that many rows share has many points, and keeps its step.
 */
function smoothCounter(points: readonly number[], rows: number): (value: number) => number {
  const share = (at: number) => (at + 0.5) / points.length;
  return (limit) => {
    let [low, high] = [0, points.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((points[middle] as number) <= limit) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    if (low === points.length) return rows;
    const [before, after] = [points[low - 1] as number, points[low] as number];
    return rows * (share(low - 1) + ((limit - before) / (after - before)) * (1 / points.length));
  };
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
