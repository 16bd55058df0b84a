import { seriesKinds, type SeriesKind } from '@meshdeck/shared';
import { kindOf } from './keeping.js';
import { dayMs, hourMs } from './schema.js';
import type { Series } from './series-index.js';

/** How fast readings come in, and of how many series, of one kind. */
export interface Rate {
  readingsPerDay: number;
  activeSeries: number;
}
export type Rates = Record<SeriesKind, Rate>;

const samplesKept = 61;

/** The rate of the last hour at most, from a look at the counts every minute. */
export interface RateMeter {
  sample(series: readonly Series[], nowMs: number): void;
  rates(): Rates;
}

export function createRateMeter(): RateMeter {
  const samples: { atMs: number; counts: Record<SeriesKind, number> }[] = [];
  let active: Record<SeriesKind, number> = { machines: 0, sensors: 0 };
  return {
    sample(series, nowMs) {
      const counts = { machines: 0, sensors: 0 };
      active = { machines: 0, sensors: 0 };
      for (const { source, count, lastTs } of series) {
        const kind = kindOf(source);
        counts[kind] += count;
        if (lastTs > nowMs - hourMs) active[kind] += 1;
      }
      const last = samples.at(-1);
      // A clock that was set back, or a source that was removed: what was measured says nothing any more.
      const isBroken =
        last !== undefined &&
        (nowMs <= last.atMs || seriesKinds.some((kind) => counts[kind] < last.counts[kind]));
      if (isBroken) samples.length = 0;
      samples.push({ atMs: nowMs, counts });
      if (samples.length > samplesKept) samples.shift();
    },
    rates() {
      const [first] = samples;
      const last = samples.at(-1);
      const elapsedMs = first === undefined || last === undefined ? 0 : last.atMs - first.atMs;
      const rate = (kind: SeriesKind): Rate => ({
        readingsPerDay:
          elapsedMs === 0
            ? 0
            : (((last?.counts[kind] ?? 0) - (first?.counts[kind] ?? 0)) / elapsedMs) * dayMs,
        activeSeries: active[kind],
      });
      return { machines: rate('machines'), sensors: rate('sensors') };
    },
  };
}
