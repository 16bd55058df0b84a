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
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[10_000, 30_000].map((ms) => ({ unit: 'second', ms }) as const),
  ...[1, 2, 5, 10, 15, 30].map((count) => ({ unit: 'minute', ms: count * minute }) as const),
  ...[1, 2, 3, 6, 12].map((count) => ({ unit: 'hour', ms: count * hour }) as const),
  ...[1, 2, 7, 30, 90, 365].map((count) => ({ unit: 'day', ms: count * day }) as const),
];
const pixelsPerTick = 84;

export interface TimeTicks {
  unit: 'second' | 'minute' | 'hour' | 'day';
  /** Unix ms. */
  ticks: number[];
}

/** Ticks of a time axis: at round local times, as many as there is room for. `aheadMs` is the zone's offset to UTC. */
export function timeTicks(from: number, to: number, pixels: number, aheadMs: number): TimeTicks {
  const most = Math.max(2, Math.floor(pixels / pixelsPerTick));
  const { unit, ms } = steps.find((step) => (to - from) / step.ms <= most) ?? { unit: 'day', ms: to - from };
  const ticks: number[] = [];
  for (let at = Math.ceil((from + aheadMs) / ms) * ms - aheadMs; at <= to; at += ms) ticks.push(at);
  return { unit, ticks };
}
