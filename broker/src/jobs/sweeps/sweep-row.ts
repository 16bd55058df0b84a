import type { ParamValue, SweepRow } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';

/** One line of a sweep's table. `now`: unix ms */
export function sweepRow(job: JobDocument, now: number): SweepRow {
  const { sweep, options, state, startedAt, finishedAt, failure } = job;
  const last = job.tasks
    .flatMap(({ attempts }) => attempts)
    .reduce<{ token: number; nodeName: string } | undefined>(
      (newest, attempt) => (newest === undefined || attempt.token > newest.token ? attempt : newest),
      undefined,
    );
  const values = options.params ?? {};
  const about = (sweep?.params ?? []).filter((name) => Object.hasOwn(values, name));
  return {
    jobId: job.id,
    number: sweep?.number ?? 0,
    state,
    params: Object.fromEntries(about.map((name) => [name, values[name] as ParamValue])),
    nodeName: last?.nodeName ?? null,
    durationMs: startedAt === null ? null : Math.max(0, (finishedAt ?? now) - startedAt),
    failure,
  };
}

/** What a row is sorted by; null where it has nothing of that yet. */
function sortKey(row: SweepRow, sort: string): ParamValue | null {
  if (sort === 'state') return row.state;
  if (sort === 'duration') return row.durationMs;
  const param = sort.startsWith('param:') ? sort.slice('param:'.length) : undefined;
  if (param === undefined) return row.number;
  return Object.hasOwn(row.params, param) ? (row.params[param] ?? null) : null;
}

function compare(a: ParamValue, b: ParamValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
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
