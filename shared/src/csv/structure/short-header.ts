import { noLineOfNames } from './ambiguities.js';
import type { TextRecord } from '../read-fields.js';
import type { Finding } from './layout.js';
import { hasWidth } from './record-widths.js';
import { hasRowLabels } from './row-labels.js';
import { layoutOf, putAside, type Columns, type Search } from './search.js';

/** The first line with the table's columns is a row, and a line with another number of fields stands above it. */
export function withShortHeader(
  header: TextRecord,
  rows: readonly TextRecord[],
  columns: Columns,
  search: Search,
): Finding {
  const { fields } = columns;
  const fitting = rows.filter((row) => hasWidth(row, fields));
  const isShort = header.fields.length === fields - 1;
  if (isShort && hasRowLabels(header, fitting, { text: search.text, delimiter: search.sample.delimiter })) {
    const { records } = search.sample;
    putAside(records.slice(0, records.indexOf(header)), 'preamble', search);
    return layoutOf({ header, ...columns, rowLabels: true }, rows, search);
  }
  // A title, then rows at once.
  return header.fields.length === 1 && fields > 2 ? { refusal: noLineOfNames(rows[0] as TextRecord) } : null;
}
