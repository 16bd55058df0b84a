import type { ColumnDrift, Drift } from '@meshdeck/shared';
import type { ColumnProfile, TableProfile } from './column-profile.js';
import { compareColumn } from './compare-column.js';

/** With fewer rows chance moves everything. */
export const leastRows = 50;
const columnsShown = 50;
const namesShown = 20;

/** An earlier job and what its table held. */
export interface EarlierTable {
  job: Drift['jobs'][number];
  profile: TableProfile;
}

const rank = { much: 0, some: 1, steady: 2 } as const;
const rowsWords = (rows: number) => (rows === 1 ? 'one row' : `${rows.toLocaleString('en-US')} rows`);
const tablesWords = (count: number) => (count === 1 ? 'the earlier table' : `the ${count} earlier tables`);

/** A table's columns with a key each: its name, and which of several of that name it is. */
function keyed(columns: readonly ColumnProfile[]): Map<string, ColumnProfile> {
  const seen = new Map<string, number>();
  return new Map(
    columns.map((column) => {
      const nth = (seen.get(column.name) ?? 0) + 1;
      seen.set(column.name, nth);
      return [`${nth} ${column.name}`, column];
    }),
  );
}

/** Which of a table's columns the model reads; null where nobody knows. */
export type FeedsModel = (column: string) => boolean | null;

/** Holds a table against earlier ones, column by column. */
export function compareProfiles(
  current: TableProfile,
  earlier: readonly EarlierTable[],
  { feeds, jobsLeftOut = 0 }: { feeds: FeedsModel; jobsLeftOut?: number },
): Drift {
  const rowsBefore = earlier.reduce((sum, { profile }) => sum + profile.rows, 0);
  const base: Drift = {
    jobs: earlier.map(({ job }) => job),
    jobsLeftOut,
    rowsBefore,
    rowsNow: current.rows,
    sentence: '',
    columns: [],
    columnsLeftOut: 0,
    steady: 0,
    notCompared: [],
    added: [],
    gone: [],
  };
  if (earlier.length === 0)
    return { ...base, sentence: 'There is no earlier table of this app to compare with.' };
  if (current.rows < leastRows || rowsBefore < leastRows) {
    return {
      ...base,
      sentence: `Too few rows to tell chance from change: ${rowsWords(current.rows)} here and ${rowsWords(rowsBefore)} before, where it takes ${leastRows} each.`,
    };
  }
  const [now, before] = [keyed(current.columns), earlier.map(({ profile }) => keyed(profile.columns))];
  const found: ColumnDrift[] = [];
  for (const [key, column] of now) {
    const same = before.flatMap((columns) => columns.get(key) ?? []);
    if (same.length === 0) {
      base.added.push(column.name);
      continue;
    }
    const drift = compareColumn(same, column, {
      feeds: column.role === 'input' ? feeds(column.name) : null,
      comparisons: now.size,
    });
    if (drift === null) base.notCompared.push(column.name);
    else found.push(drift);
  }
  base.gone.push(
    ...new Set(
      before.flatMap((columns) => [...columns].flatMap(([key, { name }]) => (now.has(key) ? [] : [name]))),
    ),
  );
  const telling = found
    .filter(({ level, newValueCount }) => level !== 'steady' || newValueCount > 0)
    .sort((a, b) => rank[a.level] - rank[b.level] || (b.psi ?? Infinity) - (a.psi ?? Infinity));
  return {
    ...base,
    sentence: headline(found, base, earlier.length),
    columns: telling.slice(0, columnsShown),
    columnsLeftOut: Math.max(0, telling.length - columnsShown),
    steady: found.filter(({ level }) => level === 'steady').length,
    notCompared: base.notCompared.slice(0, namesShown),
    added: base.added.slice(0, namesShown),
    gone: base.gone.slice(0, namesShown),
  };
}

function headline(found: readonly ColumnDrift[], { added, gone, rowsBefore }: Drift, tables: number): string {
  const count = (level: ColumnDrift['level']) => found.filter((each) => each.level === level).length;
  const [much, some] = [count('much'), count('some')];
  const beside = `${tablesWords(tables)} (${rowsWords(rowsBefore)})`;
  if (found.length === 0 && added.length > 0 && gone.length > 0) {
    return `None of this table's columns is in ${beside}.`;
  }
  if (found.length === 0) return `There is no column to compare with ${beside}.`;
  if (much + some === 0) {
    return found.length === 1
      ? `The column lies as in ${beside}.`
      : `All ${found.length} columns lie as in ${beside}.`;
  }
  const parts = [
    ...(much > 0 ? [`${much} moved much`] : []),
    ...(some > 0 ? [`${some} moved somewhat`] : []),
  ];
  return `Of ${found.length} columns ${parts.join(' and ')}, beside ${beside}.`;
}
