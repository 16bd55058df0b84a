import { ownValue, type FilePreview } from '@meshdeck/shared';
import { detectDialect, readRecord } from '@meshdeck/shared/csv';

type Table = Extract<FilePreview, { kind: 'table' }>;

const mostRows = 20;
const mostColumns = 50;
const mostCharacters = 200;

const cells = (fields: readonly string[]) =>
  fields
    .slice(0, mostColumns)
    .map((field) => (field.length > mostCharacters ? `${field.slice(0, mostCharacters)}…` : field));

function delimiterOf(head: Uint8Array): string | null {
  try {
    return detectDialect(head).delimiter;
  } catch {
    return null;
  }
}

/** The first rows of a delimited text; null where it is none. `head`: the bytes behind `text`. */
export function textTable(text: string, head: Uint8Array, told: string | null, isCut: boolean): Table | null {
  const delimiter = told ?? delimiterOf(head);
  if (delimiter === null) return null;
  const rows: string[][] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  let isWide = false;
  while (at < text.length && rows.length <= mostRows) {
    const record = readRecord(text, at, line, delimiter);
    // The last one of a file that goes on may be cut anywhere.
    if (isCut && record.next >= text.length) break;
    if (!record.isBlank) rows.push(cells(record.fields));
    isWide ||= record.fields.length > mostColumns;
    at = record.next;
    line += record.lines;
  }
  const [header, ...others] = rows;
  if (header === undefined) return null;
  return { kind: 'table', header, rows: others, isCut: isCut || isWide || at < text.length };
}

const isScalar = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value);
const isFlat = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(isScalar);
const shown = (value: unknown) => (value === undefined ? '' : String(value)).slice(0, mostCharacters);

/** A list of flat objects as rows; null where the text is something else. */
export function jsonTable(text: string): Table | null {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFlat)) return null;
  const names = [...new Set(value.flatMap((row) => Object.keys(row)))];
  const header = names.slice(0, mostColumns);
  return {
    kind: 'table',
    header: cells(header),
    rows: value.slice(0, mostRows).map((row) => header.map((name) => shown(ownValue(row, name)))),
    isCut: value.length > mostRows || names.length > mostColumns,
  };
}
