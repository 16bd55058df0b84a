import { numberAt, type Distribution } from './distribution.js';

const mostValueBins = 20;
const numberBins = 10;

/** Rows of two distributions in the same bins, neighbours beside each other, scaled to what they can be trusted like. */
export interface BinnedPair {
  before: number[];
  now: number[];
}

/**
 * Numbers by the deciles of the earlier tables, or by value where there are few; cells that hold something else, and those
 * without a value, have bins of their own.
 */
export function binNumbers(before: Distribution, now: Distribution): BinnedPair {
  const withOthers = (from: Distribution, counts: readonly number[]) =>
    scaled([...counts, from.otherTexts, from.missing], from);
  const values = [...new Set([...before.numbers, ...now.numbers].map(({ value }) => value))].sort(
    (a, b) => a - b,
  );
  if (before.isWhole && now.isWhole && values.length <= mostValueBins) {
    const counts = (from: Distribution) => {
      const rows = new Map<number, number>();
      for (const each of from.numbers) rows.set(each.value, (rows.get(each.value) ?? 0) + each.rows);
      return withOthers(
        from,
        values.map((value) => rows.get(value) ?? 0),
      );
    };
    return filled(counts(before), counts(now));
  }
  const deciles = Array.from({ length: numberBins - 1 }, (_, at) => numberAt(before, (at + 1) / numberBins));
  const ends = [...new Set(deciles), Infinity];
  const counts = (from: Distribution) => {
    const upTo = ends.map((end) => from.rowsUpTo(end));
    return withOthers(
      from,
      upTo.map((rows, bin) => rows - (upTo[bin - 1] ?? 0)),
    );
  };
  return filled(counts(before), counts(now));
}

/** Texts by the commonest values of the earlier tables; all others together, and those that one side does not count apart. */
export function binTexts(before: Distribution, now: Distribution): BinnedPair {
  const named = [...before.texts]
    .filter(([text]) => before.knowsText(text) && now.knowsText(text))
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
