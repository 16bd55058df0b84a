import { MeshdeckError, type ReadingOptions } from '@meshdeck/shared';
import {
  createLineFinder,
  createRecordScanner,
  findForm,
  findHeader,
  markBytes,
  tableEmpty,
  withoutLineEnding,
  type RowRules,
  type TableForm,
} from '@meshdeck/shared/csv';
import { nodeChecks, type TableEnds } from './table-file.js';

/** Where a table's rows lie in its file. */
export interface TableRegion {
  /** Bytes and lines before the first row. */
  headerBytes: number;
  headerLines: number;
  /** Behind the last row: what stands below it is in no shard. */
  rowsEnd: number;
  /** How it is written; null where whoever runs the app reads it in a way of their own. */
  form: TableForm | null;
  /** What tells its rows; undefined where every record is one. */
  rules: RowRules | undefined;
  /** Why no part of it would be read as the whole is; null where nothing of its form is in the way. */
  indivisible: string | null;
}

/** Encodings whose delimiters and line ends are the bytes that they are in ASCII, and no part of another character. */
const isAsciiLike = ({ encoding }: TableForm) => !/^(?:utf-16|shift_jis|euc-|gb18030|big5)/.test(encoding);

function formInTheWay(form: TableForm): string | null {
  if (!isAsciiLike(form)) return `The table is written in ${form.encoding.toUpperCase()}.`;
  return form.lineEnding === '\r' ? "The table's lines end with a carriage return alone." : null;
}

function aboveRows(head: Buffer, form: TableForm): Pick<TableRegion, 'headerBytes' | 'headerLines'> {
  const { firstRowLine, bom, encoding } = form;
  const offset = createLineFinder(form, firstRowLine).take(head) ?? head.length;
  const mark = bom ? markBytes(head, encoding) : 0;
  return { headerBytes: Math.max(mark, offset), headerLines: firstRowLine - 1 };
}

/** The record that begins on a line, without its line ending. */
function recordOn(head: Buffer, form: TableForm, line: number, rules: RowRules): Buffer {
  const start = createLineFinder(form, line).take(head) ?? head.length;
  const record = head.subarray(start === 0 && form.bom ? markBytes(head, form.encoding) : start);
  return record.subarray(0, withoutLineEnding(record, createRecordScanner(rules).take(record, 1)));
}

/**
 * Where the rows of a table lie that the agent reads. `footerBytes`: of what was told to stand below them.
 *
 * @throws as `findForm`
 */
export async function formRegion(
  ends: TableEnds,
  told: ReadingOptions,
  footerBytes: (form: TableForm) => Promise<number>,
): Promise<TableRegion> {
  const found = findForm(ends, told, nodeChecks).form;
  const form = { ...found, footerBytes: await footerBytes(found) };
  const { delimiter, fields, trailing, headerLine } = form;
  const any = { delimiter: delimiter.charCodeAt(0), fields: 1, trailing: 0, header: null };
  const header = headerLine === null ? null : recordOn(ends.head, form, headerLine, any);
  return {
    ...aboveRows(ends.head, form),
    rowsEnd: ends.sizeBytes - form.footerBytes,
    form,
    rules: { ...any, fields, trailing, header },
    indivisible: formInTheWay(form),
  };
}

/**
 * Where the records of a table lie that a program of the app's author reads. Every part gets all that stands above the
 * rows; where the table's form cannot be found, its first record.
 *
 * @throws MeshdeckError csv-malformed for what is no text table, csv-empty
 */
export function scriptRegion(ends: TableEnds): TableRegion {
  const { head, sizeBytes } = ends;
  const all = { rowsEnd: sizeBytes, form: null, rules: undefined };
  try {
    const { form } = findForm(ends, {}, nodeChecks);
    const below = form.footerBytes > 0 ? 'Lines below the rows belong to the whole table.' : null;
    const unnamed = form.headerLine === null ? 'The table has no column names.' : null;
    return { ...all, ...aboveRows(head, form), indivisible: formInTheWay(form) ?? below ?? unnamed };
  } catch (error) {
    if (!(error instanceof MeshdeckError) || error.code !== 'csv-ambiguous') throw error;
  }
  const { end } = findHeader(head);
  if (head.length === 0) throw tableEmpty();
  const headerBytes = end < 0 ? head.length : end;
  const headerLines = head.subarray(0, headerBytes).filter((byte) => byte === 0x0a).length;
  return { ...all, headerBytes, headerLines, indivisible: null };
}
