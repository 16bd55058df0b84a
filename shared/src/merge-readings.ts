import type { ColumnValues, Reading, SkippedLines, TableReading } from './models/reading.js';

const mostSentences = 50;
const mostExamples = 5;

const union = (a: readonly string[], b: readonly string[], most: number): string[] =>
  [...new Set([...a, ...b])].slice(0, most);

/** A later part repeats the lines above the header; what it skips besides stands where nobody has counted lines. */
function mergeSkipped(a: readonly SkippedLines[], b: readonly SkippedLines[]): SkippedLines[] {
  const known = new Set(a.map(({ what, text }) => `${what} ${text}`));
  const more = b.filter(({ what, text }) => !known.has(`${what} ${text}`));
  return [...a, ...more.map((lines) => ({ ...lines, line: null }))].slice(0, mostSentences);
}

function mergeTables(a: TableReading, b: TableReading): TableReading {
  return {
    ...a,
    decimal: a.decimal ?? b.decimal,
    thousands: a.thousands ?? b.thousands,
    skipped: mergeSkipped(a.skipped, b.skipped),
    notes: union(a.notes, b.notes, mostSentences),
  };
}

function mergeValues(a: readonly ColumnValues[], b: readonly ColumnValues[]): ColumnValues[] {
  const merged = new Map(a.map((values) => [`${values.input} ${values.column}`, values]));
  for (const values of b) {
    const key = `${values.input} ${values.column}`;
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? values
        : {
            ...known,
            missing: known.missing + values.missing,
            unseen: known.unseen + values.unseen,
            unseenExamples: union(known.unseenExamples, values.unseenExamples, mostExamples),
            trimmable: known.trimmable + values.trimmable,
          },
    );
  }
  return [...merged.values()];
}

/**
 * One reading of a table that was read in parts: the structure as the first part has it (parts of one table agree, or
 * their results are not merged), what was noticed about cells added up.
 */
export function mergeReadings(first: Reading, next: Reading): Reading {
  return {
    ...first,
    table: mergeTables(first.table, next.table),
    values: mergeValues(first.values, next.values),
    warnings: union(first.warnings, next.warnings, mostSentences),
  };
}
