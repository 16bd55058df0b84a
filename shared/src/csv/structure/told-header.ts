import type { TextRecord } from '../read-fields.js';
import { toldLineIsNone } from './ambiguities.js';
import { bodyKinds } from './body-kinds.js';
import type { Finding } from './layout.js';
import { isRow } from './names-over-rows.js';
import { hasWidth } from './record-widths.js';
import { columnsOf, layoutOf, putAside, rowsBelow, type Search } from './search.js';
import { withShortHeader } from './short-header.js';
import { belowHeader } from './top-lines.js';

const mostTopLines = 60;

/** The layout of a table whose names stand on a line that was told; units and the like below it are found all the same. */
export function withToldHeader(records: readonly TextRecord[], line: number, search: Search): Finding {
  const header = records.find((record) => record.line === line);
  if (header === undefined) return { refusal: toldLineIsNone(line) };
  const at = records.indexOf(header);
  putAside(records.slice(0, at), 'preamble', search);
  const rows = records.slice(at + 1);
  const columns = columnsOf(rows.length === 0 ? [header] : [header, ...rows]);
  const { fields } = columns;
  if (!hasWidth(header, fields)) return withShortHeader(header, rows, columns, search);
  const fitting = rows.filter((record) => hasWidth(record, fields));
  const body = bodyKinds(fitting, fields);
  const top = [header, ...fitting.slice(0, mostTopLines)];
  const row = top.findIndex((record, place) => place > 0 && isRow(record, body));
  if (row <= 1) return layoutOf({ header, ...columns }, rows, search);
  const below = belowHeader(top, { header: 0, groups: null, firstRow: row, isTold: true }, body, fields);
  for (const [place, what] of below.others) search.others.push({ record: top[place] as TextRecord, what });
  return layoutOf({ header, ...columns }, rowsBelow(header, records, search), search);
}
