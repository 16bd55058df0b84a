import type { TableForm } from '../form.js';
import { malformedQuote } from '../problems.js';
import { endOfField, readRecord, type TextRecord } from '../read-fields.js';
import { groupedNames } from './top-lines.js';

/** What a table's columns are called. */
export interface TableNames {
  /** One for each column, as written; empty where a column has none, `column_1`... where the table has no names. */
  columns: string[];
  /** A line of these names for a table in the same form: the table's own, where it has one name for each column. */
  line: string;
  /** The record with the names as it stands, without its line ending; null where there is none. */
  record: string | null;
}

/** What the column at this place (from 0) is called in a table without names. */
export const countedName = (column: number): string => `column_${column + 1}`;

/** Reads the names in a table's first lines. `text`: UTF-8 with LF, without a byte order mark. */
export function tableNames(form: TableForm, text: string): TableNames {
  const { delimiter, fields, headerLine, groupsLine, rowLabels } = form;
  if (headerLine === null) {
    const columns = Array.from({ length: fields }, (_, column) => countedName(column));
    return { columns, line: columns.join(delimiter), record: null };
  }
  const header = recordOn(text, headerLine, delimiter);
  const record = text.slice(header.start, header.end);
  if (groupsLine !== null) {
    const columns = groupedNames(recordOn(text, groupsLine, delimiter), header, fields);
    return { columns, line: columns.map((name) => quoted(name, delimiter)).join(delimiter), record };
  }
  const own = rowLabels ? fields - 1 : fields;
  const names = Array.from({ length: own }, (_, column) => header.fields[column] ?? '');
  const end = header.fields.length > own ? endOfField(text, header, own - 1, delimiter) : header.end;
  const line = text.slice(header.start, end);
  return rowLabels
    ? { columns: ['', ...names], line: delimiter + line, record }
    : { columns: names, line, record };
}

function recordOn(text: string, line: number, delimiter: string): TextRecord {
  let start = 0;
  for (let before = 1; before < line; before++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  const record = readRecord(text, start, line, delimiter);
  if (record.isBroken) throw malformedQuote(line);
  return record;
}

function quoted(name: string, delimiter: string): string {
  const needsQuotes = name.includes(delimiter) || /["\r\n]|^\s|\s$/.test(name);
  return needsQuotes ? `"${name.replaceAll('"', '""')}"` : name;
}
