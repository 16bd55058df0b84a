import { numberAt, type Distribution } from './distribution.js';

const mostValueBins = 20;
const numberBins = 10;

/** Rows of two distributions in the same bins, scaled to what they can be trusted like. */
export interface BinnedPair {
  before: number[];
  now: number[];
}

/**
 * Numbers by the deciles of the earlier tables, or by value where there are few; cells that hold something else, and those
 * without a value, have bins of their own.
 */
export function binNumbers(before: Distribution, now: Distribution): BinnedPair {
  const counts = (from: Distribution, bin: (value: number) => number, bins: number): number[] => {
    const found = new Array<number>(bins + 2).fill(0);
    for (const { value, rows } of from.numbers) found[bin(value)] = (found[bin(value)] ?? 0) + rows;
    found[bins] = from.otherTexts;
    found[bins + 1] = from.missing;
    return scaled(found, from);
  };
  const values = [...new Set([...before.numbers, ...now.numbers].map(({ value }) => value))];
  if (before.isWhole && now.isWhole && values.length <= mostValueBins) {
    const places = new Map(values.map((value, place) => [value, place]));
    const bin = (value: number) => places.get(value) ?? 0;
    return filled(counts(before, bin, values.length), counts(now, bin, values.length));
  }
  const deciles = Array.from({ length: numberBins - 1 }, (_, at) => numberAt(before, (at + 1) / numberBins));
  const ends = [...new Set(deciles)];
  const bin = (value: number) => {
    const at = ends.findIndex((end) => value <= end);
    return at < 0 ? ends.length : at;
  };
  return filled(counts(before, bin, ends.length + 1), counts(now, bin, ends.length + 1));
}

/** Texts by the commonest values of the earlier tables; all others together. */
export function binTexts(before: Distribution, now: Distribution): BinnedPair {
  const named = [...before.texts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, mostValueBins)
    .map(([text]) => text);
  const counts = (from: Distribution): number[] => {
    const found = named.map((text) => from.texts.get(text) ?? 0);
    const rest = from.rows - from.missing - found.reduce((sum, count) => sum + count, 0);
    return scaled([...found, Math.max(0, rest), from.missing], from);
  };
  return filled(counts(before), counts(now));
}

const scaled = (counts: readonly number[], { rows, drawn }: Distribution): number[] =>
  counts.map((count) => (count * Math.min(drawn, rows)) / Math.max(1, rows));

/** Without bins that are empty on both sides: they are none. */
function filled(before: readonly number[], now: readonly number[]): BinnedPair {
  const kept = before.flatMap((count, bin) => (count > 0 || (now[bin] ?? 0) > 0 ? [bin] : []));
  return { before: kept.map((bin) => before[bin] ?? 0), now: kept.map((bin) => now[bin] ?? 0) };
}
