import { isBlankField, type TextRecord } from '../read-fields.js';

/** How many fields the records of a table have. */
export interface Widths {
  /** Fields of most records, empty ones behind the last column included. */
  all: number;
  /** Fields without those that are empty in every such record. */
  fields: number;
}

/** Lines of notes below a table. */
const mostNotes = 6;

/**
 * The number of fields that most records have, and of these the ones that are used. Where several numbers are as
 * frequent the largest: lines above a table have fewer fields than its rows.
 */
export function recordWidths(records: readonly TextRecord[]): Widths {
  const counts = new Map<number, number>();
  for (const { fields } of records) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  const wide = [...counts].filter(([width]) => width > 1);
  const usual = Math.max(0, ...wide.map(([, count]) => count));
  // Single lines with a comma in them do not make a table of one column one of two.
  const alone = counts.get(1) ?? 0;
  const isWide = usual > 0 && (usual >= alone || (usual > 1 && lastRun(records) >= Math.min(3, usual)));
  if (!isWide) return { all: 1, fields: 1 };
  const all =
    lastWidth(records) ?? Math.max(...wide.filter(([, count]) => count === usual).map(([width]) => width));
  let fields = all;
  const whole = records.filter((record) => record.fields.length === all);
  while (fields > 1 && whole.every((record) => isBlankField(record.fields[fields - 1]))) fields--;
  return { all, fields };
}

/** The width of the last records, where all above them are narrower: few rows below many lines. */
function lastWidth(records: readonly TextRecord[]): number | null {
  const run = lastRun(records);
  let last = records.length;
  while (records[last - 1]?.fields.length === 1) last--;
  const width = records[last - 1]?.fields.length ?? 1;
  const isWidest = records.slice(0, last - run).every(({ fields }) => fields.length < width);
  return run > 1 && isWidest ? width : null;
}

/** Whether three records in a row have as many fields, several, and all above them fewer. */
export function agreesBelow(records: readonly TextRecord[]): boolean {
  let widest = 0;
  return records.some(({ fields }, at) => {
    const above = widest;
    widest = Math.max(widest, fields.length);
    const isRun = [1, 2].every((more) => records[at + more]?.fields.length === fields.length);
    return fields.length > 1 && fields.length > above && isRun;
  });
}

/** Records without the notes below them. */
export function withoutNotes(records: readonly TextRecord[]): readonly TextRecord[] {
  let last = records.length;
  while (last > records.length - mostNotes && records[last - 1]?.fields.length === 1) last--;
  return records.slice(0, last);
}

/** How many of the last records, notes behind them left out, have the same number of fields, several. */
function lastRun(records: readonly TextRecord[]): number {
  let at = records.length - 1;
  while (at > records.length - mostNotes && records[at]?.fields.length === 1) at--;
  const width = records[at]?.fields.length ?? 1;
  let run = 0;
  while (width > 1 && records[at - run]?.fields.length === width) run++;
  return run;
}

/** Whether a record has these columns: as many fields, any more of them empty. */
export function hasWidth({ fields }: TextRecord, width: number): boolean {
  return fields.length >= width && fields.slice(width).every(isBlankField);
}

/** Fields that hold something. */
export const filledFields = ({ fields }: TextRecord): number =>
  fields.filter((field) => !isBlankField(field)).length;
