/**
 * The quantile `q` (0 to 1) of values in ascending order, straight between the two nearest ones [Hyndman and Fan 1996,
 * "Sample quantiles in statistical packages", definition 7], as NumPy and R give it. NaN where there are none.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const below = sorted[low] as number;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return below + (above - below) * (at - low);
}
