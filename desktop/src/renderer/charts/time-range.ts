/** What stretch of time the charts of a page show: the last so many ms, moving; or one that stands still. */
export type TimeRange = { kind: 'last'; ms: number } | { kind: 'between'; from: number; to: number };

const minute = 60_000;
const hour = 60 * minute;

export const lastRanges = [
  { name: '5m', label: '5 min', ms: 5 * minute },
  { name: '1h', label: '1 h', ms: hour },
  { name: '24h', label: '24 h', ms: 24 * hour },
  { name: '7d', label: '7 d', ms: 7 * 24 * hour },
] as const;

export const defaultRange: TimeRange = { kind: 'last', ms: lastRanges[0].ms };

/** Reads `?range=1h` or `?from=..&to=..` (unix ms); anything else is the default. */
export function rangeFromQuery(query: URLSearchParams): TimeRange {
  const named = lastRanges.find((range) => range.name === query.get('range'));
  if (named !== undefined) return { kind: 'last', ms: named.ms };
  const [from, to] = [Number(query.get('from') ?? Number.NaN), Number(query.get('to') ?? Number.NaN)];
  return Number.isFinite(from) && Number.isFinite(to) && from >= 0 && to > from
    ? { kind: 'between', from, to }
    : defaultRange;
}

export function rangeToQuery(range: TimeRange): {
  range: string | null;
  from: string | null;
  to: string | null;
} {
  if (range.kind === 'between') {
    return { range: null, from: String(Math.round(range.from)), to: String(Math.round(range.to)) };
  }
  const named = lastRanges.find((one) => one.ms === range.ms);
  return { range: named === undefined || named === lastRanges[0] ? null : named.name, from: null, to: null };
}

/** The stretch as it stands at `now`. A moving one moves in steps too small to see, so charts may rest in between. */
export function spanAt(range: TimeRange, now: number): { from: number; to: number } {
  if (range.kind === 'between') return { from: range.from, to: range.to };
  const step = Math.max(1000, range.ms / 1000);
  const to = Math.ceil(now / step) * step;
  return { from: to - range.ms, to };
}

/** For `<input type="datetime-local">`: local time to the second. */
export function toLocalInput(ts: number): string {
  const date = new Date(ts - new Date(ts).getTimezoneOffset() * minute);
  return date.toISOString().slice(0, 19);
}

export function fromLocalInput(text: string): number | null {
  const ts = new Date(text).getTime();
  return text === '' || Number.isNaN(ts) ? null : ts;
}

const heartbeatMs = 2000;

/** How far apart two points may lie and still be joined by a line, when a span is drawn over so many pixels. */
export function gapOf(span: { from: number; to: number }, pixels: number): number {
  return Math.max(heartbeatMs * 8, ((span.to - span.from) / Math.max(pixels, 100)) * 8);
}
