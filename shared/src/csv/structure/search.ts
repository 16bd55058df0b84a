import type { ReadingOptions, SkippedLines } from '../../models/reading.js';
import { isBlankField, type TextRecord } from '../read-fields.js';
import type { Finding, Layout } from './layout.js';
import { recordWidths } from './record-widths.js';
import type { Sample } from './sample.js';

/** What is known while a table's names and rows are looked for among its first records. */
export interface Search {
  /** What the sample was read from. */
  text: string;
  sample: Sample;
  told: ReadingOptions['header'];
  /** Records that are neither names nor rows, as they are found. */
  others: Layout['others'];
}

/** The columns of some records, and empty fields behind them. */
export interface Columns {
  fields: number;
  trailing: number;
}

/** Records that are neither names nor rows. */
export function putAside(
  records: readonly TextRecord[],
  what: SkippedLines['what'],
  { others }: Search,
): void {
  for (const record of records) others.push({ record, what });
}

export function columnsOf(records: readonly TextRecord[]): Columns {
  const { all, fields } = recordWidths(records);
  return { fields, trailing: all - fields };
}

/** A layout whose rows are these. */
export function layoutOf(
  parts: Columns & Pick<Layout, 'header'> & Partial<Layout>,
  rows: readonly TextRecord[],
  { others }: Search,
): Finding {
  const { fields, trailing, header } = parts;
  // One name, and values that all end in a delimiter: so do texts.
  if (fields === 1 && trailing > 0 && header?.fields.length === 1) return null;
  // Names that end in a delimiter too, and are one short: or a last column without a name.
  const endsEmpty = header?.fields.length === fields && isBlankField(header.fields[fields - 1]);
  if (trailing > 0 && endsEmpty) return null;
  return { layout: { groups: null, rowLabels: false, others, ...parts, rows, firstRow: rows[0] } };
}

/** The records below the header but for those put aside: one that has other fields is a row, and told as one. */
export function rowsBelow(
  header: TextRecord,
  records: readonly TextRecord[],
  { others }: Search,
): readonly TextRecord[] {
  let first = records.indexOf(header) + 1;
  while (others.some(({ record }) => record === records[first])) first++;
  return records.slice(first);
}
