export interface Axis {
  min: number;
  max: number;
  step: number;
}

/** Bounds and step for an axis in bytes: steps are powers of two, so the ticks read `2 GiB`, not `1.9 GiB`. */
export function byteAxis(low: number, high: number): Axis {
  // Below a twentieth of the value, the ticks would all read the same.
  const range = Math.max(high - low, high / 20, 1024);
  const step = 2 ** Math.ceil(Math.log2(range / 4));
  return { min: Math.max(0, Math.floor(low / step) * step), max: (Math.floor(high / step) + 1) * step, step };
}

/** Smallest and largest value of some lines within a span; null where there is nothing. */
export function bounds(
  lines: readonly (readonly (readonly [number, number])[])[],
  from: number,
  to: number,
): { low: number; high: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const points of lines) {
    for (const [ts, value] of points) {
      if (ts < from || ts > to) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? null : { low, high };
}

/** The value of a line at a time: that of the nearest point no further than `reachMs` away. Points are by time. */
export function valueAt(
  points: readonly (readonly [number, number])[],
  ts: number,
  reachMs: number,
): number | null {
  let left = 0;
  let right = points.length;
  while (left < right) {
    const middle = (left + right) >> 1;
    if ((points[middle]?.[0] ?? 0) < ts) left = middle + 1;
    else right = middle;
  }
  const candidates = [points[left - 1], points[left]].filter((point) => point !== undefined);
  let best: number | null = null;
  let distance = reachMs;
  for (const [at, value] of candidates) {
    if (Math.abs(at - ts) > distance) continue;
    distance = Math.abs(at - ts);
    best = value;
  }
  return best;
}

const minute = 60_000;
const steps = [
  { unit: 'second', stepSize: 10, ms: 10_000 },
  { unit: 'second', stepSize: 30, ms: 30_000 },
  ...[1, 2, 5, 10, 15, 30].map((stepSize) => ({ unit: 'minute', stepSize, ms: stepSize * minute })),
  ...[1, 2, 3, 6, 12].map((stepSize) => ({ unit: 'hour', stepSize, ms: stepSize * 60 * minute })),
  ...[1, 2, 7, 30].map((stepSize) => ({ unit: 'day', stepSize, ms: stepSize * 1440 * minute })),
];
const pixelsPerTick = 84;

/** The unit and step of a time axis whose ticks stand at round times and do not touch. */
export function timeStep(spanMs: number, pixels: number): { unit: string; stepSize: number } {
  const most = Math.max(2, Math.floor(pixels / pixelsPerTick));
  const step = steps.find(({ ms }) => spanMs / ms <= most) ?? { unit: 'month', stepSize: 1 };
  return { unit: step.unit, stepSize: step.stepSize };
}
