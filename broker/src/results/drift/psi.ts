/**
 * The population stability index of two distributions over the same bins: sum of (now - before) ln(now / before) over the
 * shares of each bin [Siddiqi 2006, "Credit risk scorecards"]. Half a row is added to every bin, so that an empty one makes
 * it large and not infinite.
 */
export function populationStability(before: readonly number[], now: readonly number[]): number {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count + 0.5, 0);
  const [rowsBefore, rowsNow] = [total(before), total(now)];
  return before.reduce((sum, count, bin) => {
    const [a, b] = [(count + 0.5) / rowsBefore, ((now[bin] ?? 0) + 0.5) / rowsNow];
    return sum + (b - a) * Math.log(b / a);
  }, 0);
}

/** From the usual rule of thumb: below 0.1 nothing to speak of, from 0.25 on a large change [Siddiqi 2006]. */
export const someDrift = 0.1;
export const muchDrift = 0.25;

/** A bin that holds fewer rows of both says too little by itself [Cochran 1954]. */
const leastInBin = 10;

/**
 * Whether two samples over the same bins differ by more than chance, in all but `doubt` of cases: the chi-squared test for two
 * binned samples of unequal size [Press et al. 2007, "Numerical Recipes", 14.3.3], neighbouring bins of few rows taken together. The index
 * itself is no test: an empty bin that chance left so makes it large.
 */
export function differsByMoreThanChance(
  before: readonly number[],
  now: readonly number[],
  doubt: number,
): boolean {
  const bins = filledBins(before, now);
  if (bins.length < 2) return false;
  const total = (side: 0 | 1) => bins.reduce((sum, bin) => sum + bin[side], 0);
  const [rowsBefore, rowsNow] = [total(0), total(1)];
  if (rowsBefore === 0 || rowsNow === 0) return false;
  const [weightBefore, weightNow] = [Math.sqrt(rowsNow / rowsBefore), Math.sqrt(rowsBefore / rowsNow)];
  const statistic = bins.reduce((sum, [a, b]) => sum + (weightBefore * a - weightNow * b) ** 2 / (a + b), 0);
  return statistic > chiSquaredQuantile(bins.length - 1, doubt);
}

/** Neighbours put together until each bin holds enough. */
function filledBins(before: readonly number[], now: readonly number[]): [number, number][] {
  const bins: [number, number][] = [];
  let open: [number, number] = [0, 0];
  before.forEach((rows, bin) => {
    open = [open[0] + rows, open[1] + (now[bin] ?? 0)];
    if (open[0] + open[1] < leastInBin) return;
    bins.push(open);
    open = [0, 0];
  });
  const last = bins.at(-1);
  if (last !== undefined) {
    last[0] += open[0];
    last[1] += open[1];
  }
  return bins;
}

/**
 * The value a chi-squared variable is above with probability `tail` [Wilson and Hilferty 1931]: to 4 % for five degrees of freedom
 * and more; for one, from 3 % too small to 12 % too large for small tails.
 */
export function chiSquaredQuantile(freedom: number, tail: number): number {
  const part = 2 / (9 * freedom);
  return freedom * (1 - part + normalQuantile(tail) * Math.sqrt(part)) ** 3;
}

/** The value a standard normal variable is above with probability `tail` (at most 0.5), to 0.0005 [Abramowitz and Stegun, 26.2.23]. */
function normalQuantile(tail: number): number {
  const t = Math.sqrt(-2 * Math.log(tail));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}
