import { mergeNotes } from './csv/structure/row-notes.js';
import type { ColumnValues, Reading, SkippedLines, TableReading } from './models/reading.js';

const mostSentences = 50;
const mostExamples = 5;

const union = (a: readonly string[], b: readonly string[], most: number): string[] =>
  [...new Set([...a, ...b])].slice(0, most);

/** Every part repeats the lines above the rows. */
function mergeSkipped(a: readonly SkippedLines[], b: readonly SkippedLines[]): SkippedLines[] {
  const keyOf = ({ line, what, text }: SkippedLines) => `${line} ${what} ${text}`;
  const known = new Set(a.map(keyOf));
  return [...a, ...b.filter((lines) => !known.has(keyOf(lines)))].slice(0, mostSentences);
}

function mergeTables(a: TableReading, b: TableReading): TableReading {
  return {
    ...a,
    decimal: a.decimal ?? b.decimal,
    thousands: a.thousands ?? b.thousands,
    skipped: mergeSkipped(a.skipped, b.skipped),
    notes: mergeNotes(a.notes, b.notes).slice(0, mostSentences),
  };
}

function nearOf({ near: a = [] }: ColumnValues, { near: b = [] }: ColumnValues): Pick<ColumnValues, 'near'> {
  const near = [...a, ...b.filter(({ cell }) => !a.some((known) => known.cell === cell))];
  return near.length === 0 ? {} : { near: near.slice(0, mostExamples) };
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
            ...nearOf(known, values),
          },
    );
  }
  return [...merged.values()];
}

/** The reading of a part that is not the table's first: nobody has counted on which line of the file its rows stand. */
export function readingOfLaterPart(reading: Reading): Reading {
  const { table } = reading;
  const skipped = table.skipped.map((lines) =>
    lines.line !== null && lines.line >= table.firstRowLine ? { ...lines, line: null } : lines,
  );
  return { ...reading, table: { ...table, skipped } };
}

/**
 * One reading of a table that was read in parts: its structure, in which the parts agree (or their results are not
 * merged), and what was noticed about cells, added up. They may come in any order.
 */
export function mergeReadings(a: Reading, b: Reading): Reading {
  return {
    ...a,
    table: mergeTables(a.table, b.table),
    values: mergeValues(a.values, b.values),
    warnings: union(a.warnings, b.warnings, mostSentences),
  };
}
