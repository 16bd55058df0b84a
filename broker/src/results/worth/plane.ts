import type { NumberWorth } from '@meshdeck/shared';
import { quantile } from './quantiles.js';

const stepsAcross = 32;
const stepsUp = 21;

/** The part of an axis that holds all values but those far off. */
function rangeOf(values: Float64Array): { from: number; to: number } {
  const sorted = Float64Array.from(values).sort();
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  const [low, high] = [quantile(sorted, 0.005), quantile(sorted, 0.995)];
  const isSqueezed = high > low && last - first > 4 * (high - low);
  const [from, to] = isSqueezed ? [low, high] : [first, last];
  // One value alone needs some room around it.
  const room = to > from ? 0 : Math.abs(from) / 2 || 0.5;
  return { from: from - room, to: to + room };
}

/** Predictions and their errors as counts in the fields of a grid: what a million points would look like, in at most 672. */
export function planeOf(predictions: Float64Array, errors: Float64Array): NumberWorth['plane'] {
  const across = rangeOf(predictions);
  const up = rangeOf(errors);
  const counts = new Map<number, number>();
  let outside = 0;
  const place = (value: number, { from, to }: { from: number; to: number }, steps: number) =>
    value < from || value > to ? -1 : Math.min(steps - 1, Math.floor(((value - from) / (to - from)) * steps));
  for (let at = 0; at < errors.length; at++) {
    const x = place(predictions[at] as number, across, stepsAcross);
    const y = place(errors[at] as number, up, stepsUp);
    if (x < 0 || y < 0) outside++;
    else counts.set(y * stepsAcross + x, (counts.get(y * stepsAcross + x) ?? 0) + 1);
  }
  return {
    prediction: { ...across, steps: stepsAcross },
    error: { ...up, steps: stepsUp },
    fields: [...counts].map(([field, rows]) => ({
      x: field % stepsAcross,
      y: Math.floor(field / stepsAcross),
      rows,
    })),
    outside,
  };
}
