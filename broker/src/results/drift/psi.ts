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

/**
 * What the index stays below by chance alone, in all but `doubt` of cases: it is about (1/n + 1/m) times a chi-squared
 * variable with one degree of freedom less than bins [Yurdakul and Naranjo 2020, "Statistical properties of the population
 * stability index", Journal of Risk Model Validation 14(4)].
 */
export function stabilityByChance(rowsBefore: number, rowsNow: number, bins: number, doubt: number): number {
  if (bins < 2) return Infinity;
  return (1 / rowsBefore + 1 / rowsNow) * chiSquaredQuantile(bins - 1, doubt);
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
