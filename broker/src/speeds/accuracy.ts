import type { AppSpeeds } from '@meshdeck/shared';

/** Median and 90th percentile (nearest rank) of how far predictions were off, either way. */
export function accuracyOf(errors: readonly number[]): AppSpeeds['accuracy'] {
  if (errors.length === 0) return null;
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { predictions: sorted.length, medianError: rank(0.5), p90Error: rank(0.9) };
}
