import type { TableDifference } from '@meshdeck/shared';
import { detectDialect, type CsvDialect } from '@meshdeck/shared/csv';
import { readRecords } from './read-records.js';
import { recordFields } from './record-fields.js';

const longestShown = 200;
/** Records of so many bytes are compared before the hub does something else: a few milliseconds. */
const chunkBytes = 64 * 1024;

/** One table's records, one after another. */
function createCursor(path: string, signal: AbortSignal | undefined) {
  const batches = readRecords({ path, chunkBytes, signal });
  let batch: Buffer[] = [];
  let at = 0;
  return {
    isEmpty: () => at >= batch.length,
    async refill(): Promise<void> {
      const next = await batches.next();
      batch = next.done === true ? [] : next.value;
      at = 0;
    },
    /** The next record; undefined behind the last. */
    next: (): Buffer | undefined => batch[at++],
    close: () => batches.return(),
  };
}

const shown = (value: string | undefined): string | null =>
  value === undefined ? null : value.slice(0, longestShown);

/** A value as a number; null where it is none. */
function numberIn(value: string | undefined): number | null {
  if (value === undefined || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Adds up where two tables part. */
function createTally() {
  let rowsDifferent = 0;
  let first: TableDifference['first'] = null;
  let largest: number | null = null;
  let dialect: CsvDialect | undefined;
  let names: string[] = [];

  /** Row 0 is the header; a table that has ended gives undefined. */
  function compare(row: number, expected: Buffer | undefined, found: Buffer | undefined): void {
    dialect ??= detectDialect(expected ?? found ?? Buffer.alloc(0));
    const [left, right] = [expected, found].map((record) =>
      record === undefined ? [] : recordFields(record, dialect?.delimiter ?? ','),
    ) as [string[], string[]];
    if (row === 0) names = left;
    let differs = false;
    for (let column = 0; column < Math.max(left.length, right.length); column++) {
      const [before, after] = [left[column], right[column]];
      if (before === after) continue;
      differs = true;
      first ??= {
        row,
        column: column + 1,
        columnName: shown(names[column]),
        expected: shown(before),
        found: shown(after),
      };
      const [one, other] = [numberIn(before), numberIn(after)];
      if (one !== null && other !== null) largest = Math.max(largest ?? 0, Math.abs(one - other));
    }
    if (differs && row > 0) rowsDifferent += 1;
  }

  return {
    compare,
    /** Keeps the dialect and the column names though the headers are the same. */
    begin(header: Buffer): void {
      dialect = detectDialect(header);
      names = recordFields(header, dialect.delimiter);
    },
    result: () => ({ rowsDifferent, first, largestNumericDifference: largest }),
  };
}

/**
 * Where `found` parts from `expected`: both are read once, side by side, in constant memory. Values are compared as
 * they are written; `1.0` and `1.00` are different, by 0.
 *
 * @throws MeshdeckError csv-malformed where one of them is no text table, cancelled
 */
export async function compareTables(options: {
  expected: string;
  found: string;
  signal?: AbortSignal;
}): Promise<TableDifference> {
  const left = createCursor(options.expected, options.signal);
  const right = createCursor(options.found, options.signal);
  const tally = createTally();
  const rows = { expected: -1, found: -1 };
  try {
    for (let row = 0; ; row++) {
      if (left.isEmpty()) await left.refill();
      if (right.isEmpty()) await right.refill();
      const [expected, found] = [left.next(), right.next()];
      if (expected === undefined && found === undefined) break;
      if (expected !== undefined) rows.expected += 1;
      if (found !== undefined) rows.found += 1;
      const same = expected !== undefined && found?.equals(expected) === true;
      if (!same) tally.compare(row, expected, found);
      else if (row === 0) tally.begin(expected);
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
  return {
    rowsExpected: Math.max(0, rows.expected),
    rowsFound: Math.max(0, rows.found),
    ...tally.result(),
  };
}
