/** A share as a percentage between 0 and 100 with two decimals, which is more than any of these sensors knows. */
export function percentOf(part: number, whole: number): number {
  if (!(whole > 0)) return 0;
  return Math.round(Math.min(100, Math.max(0, (part / whole) * 100)) * 100) / 100;
}
