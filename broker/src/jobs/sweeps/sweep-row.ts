import { ownValue, type Figure, type ParamValue, type SweepRow } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';
import { figuresOfJob } from './sweep-figures.js';

/** One line of a sweep's table, with these figures. `now`: unix ms */
export function sweepRow(job: JobDocument, names: readonly string[], now: number): SweepRow {
  const { sweep, options, state, startedAt, finishedAt, failure } = job;
  const last = job.tasks
    .flatMap(({ attempts }) => attempts)
    .reduce<{ token: number; nodeName: string } | undefined>(
      (newest, attempt) => (newest === undefined || attempt.token > newest.token ? attempt : newest),
      undefined,
    );
  const values = options.params ?? {};
  const about = (sweep?.params ?? []).filter((name) => Object.hasOwn(values, name));
  const figures = figuresOfJob(job);
  const shown = names.flatMap((name) => {
    const figure = ownValue(figures, name);
    return figure === undefined ? [] : ([[name, figure]] as const);
  });
  return {
    jobId: job.id,
    number: sweep?.number ?? 0,
    state,
    params: Object.fromEntries(about.map((name) => [name, values[name] as ParamValue])),
    figures: Object.fromEntries(shown),
    nodeName: last?.nodeName ?? null,
    durationMs: startedAt === null ? null : Math.max(0, (finishedAt ?? now) - startedAt),
    failure,
  };
}

/** Python writes these as words, which JSON keeps; nothing is known of where NaN belongs. */
const asNumber = new Map<Figure, number | null>([
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['NaN', null],
]);

/** What a row is sorted by; null where it has nothing of that yet. */
function sortKey(row: SweepRow, sort: string): ParamValue | null {
  if (sort === 'state') return row.state;
  if (sort === 'duration') return row.durationMs;
  const [, kind, name = ''] = /^(param|figure):(.*)$/s.exec(sort) ?? [];
  if (kind === undefined) return row.number;
  const value = ownValue<ParamValue>(kind === 'param' ? row.params : row.figures, name);
  if (value === undefined) return null;
  return kind === 'figure' && asNumber.has(value) ? (asNumber.get(value) ?? null) : value;
}

function compare(a: ParamValue, b: ParamValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  // Numbers before words, so that a column of both has one order.
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Rows in order; those without a value come last either way, and alike ones by their number. */
export function sortedRows(rows: readonly SweepRow[], sort: string, descending: boolean): SweepRow[] {
  return rows.toSorted((a, b) => {
    const [one, other] = [sortKey(a, sort), sortKey(b, sort)];
    if (one === null || other === null) {
      if (one !== other) return one === null ? 1 : -1;
      return a.number - b.number;
    }
    const order = compare(one, other);
    return (descending ? -order : order) || a.number - b.number;
  });
}
