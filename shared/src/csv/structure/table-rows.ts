import { readRecord, type TextRecord } from '../read-fields.js';
import { kindsOf, type BodyKinds } from './body-kinds.js';
import { isTotalName } from './total-words.js';

/** What a table's last lines are measured by. */
export interface TableRows {
  delimiter: string;
  fields: number;
  /** Rows that were looked at. */
  rows: readonly TextRecord[];
  /** All rows, where all of the table is at hand; else null. */
  all: () => readonly TextRecord[] | null;
}

/** The rows without those that add others up, and what their columns hold, once it is asked for. */
export type Body = TableRows & { kinds: () => BodyKinds; above: () => readonly TextRecord[] };

export function createBody(table: TableRows): Body {
  const firstWord = ({ fields }: TextRecord) => fields.find((field) => field.trim() !== '') ?? '';
  const rows = () =>
    table.rows.filter((row) => row.fields.length >= table.fields && !isTotalName(firstWord(row)));
  let above: readonly TextRecord[] | undefined;
  let kinds: BodyKinds | undefined;
  return {
    ...table,
    above: () => (above ??= rows()),
    kinds: () => (kinds ??= kindsOf((above ??= rows()), table.fields)),
  };
}

/** Whether several values of a column show a kind that words do not have. */
export const isTyped = ({ kinds }: Body, column: number): boolean => kinds().sure.includes(column);

/** All records from the first row on. */
export function rowsFrom(text: string, first: TextRecord | undefined, delimiter: string): TextRecord[] {
  const rows: TextRecord[] = [];
  if (first === undefined) return rows;
  let { start, line } = first;
  while (start < text.length) {
    const record = readRecord(text, start, line, delimiter);
    rows.push(record);
    ({ next: start } = record);
    line += record.lines;
  }
  return rows;
}
