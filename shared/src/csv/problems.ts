import { MeshdeckError } from '../errors.js';
import { maxRecordBytes } from './header.js';
import type { TextRecord } from './read-fields.js';
import type { UndecodableBytes } from './table-decoder.js';

/** A table without a header. */
export function tableEmpty(): MeshdeckError {
  return new MeshdeckError('csv-empty', 'The CSV is empty. It needs a header line and at least one row.');
}

/** A table with a header alone. */
export function tableWithoutRows(): MeshdeckError {
  return new MeshdeckError('csv-empty', 'The CSV has a header but no rows. Add at least one.');
}

export function recordTooLong(line: number): MeshdeckError {
  return new MeshdeckError('csv-malformed', `Line ${line} is longer than ${maxRecordBytes >> 20} MB.`);
}

const fieldsOf = (count: number) => `${count} field${count === 1 ? '' : 's'}`;
const shown = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
const shownCells = ({ fields }: TextRecord) => {
  const cells = fields.slice(0, 4).map(shown).join(', ');
  return fields.length > 4 ? `${cells}...` : cells;
};

const ambiguous = (message: string) => new MeshdeckError('csv-ambiguous', message);

/** The first line looks like the rows below it. */
export function headerOrRow(first: TextRecord): MeshdeckError {
  const { line } = first;
  return ambiguous(
    `Line ${line} (${shownCells(first)}) may hold the column names or be the first row. ` +
      `Say which: --header ${line} for names, --header none for a row.`,
  );
}

/** Two lines of words stand above the rows. */
export function namesInWhichLine(one: TextRecord, other: TextRecord): MeshdeckError {
  return ambiguous(
    `Line ${one.line} (${shownCells(one)}) and line ${other.line} (${shownCells(other)}) may each hold the column names. ` +
      `Say which: --header ${one.line} or --header ${other.line}.`,
  );
}

/** Lines with one field stand above lines with several, and nothing shows that these begin with names. */
export function whereTheTableStarts(above: readonly TextRecord[], first: TextRecord): MeshdeckError {
  const line = above[0]?.line ?? 1;
  return ambiguous(
    `Line ${line} has ${fieldsOf(above[0]?.fields.length ?? 1)}, the lines from ${first.line} on have ${fieldsOf(first.fields.length)}. ` +
      `If line ${first.line} holds the column names, say --header ${first.line}; ` +
      'if it is text with a delimiter in it, put such text in quotes.',
  );
}

/** Rows follow a title at once. */
export function noLineOfNames(row: TextRecord): MeshdeckError {
  return ambiguous(
    `Line ${row.line} (${shownCells(row)}) seems to be the first row, and no line above it has as many column names. ` +
      `Say --header none if there are none, or --header ${row.line} if they stand in this line.`,
  );
}

/** `--header N`, and no line of a table begins there. */
export function toldLineIsNone(line: number): MeshdeckError {
  return new MeshdeckError(
    'invalid-request',
    `No record begins on line ${line}, so it cannot hold the column names (--header ${line}).`,
  );
}

const delimiterNames = new Map([
  [',', 'a comma'],
  [';', 'a semicolon'],
  ['\t', 'a tab'],
  ['|', 'a vertical bar'],
  [' ', 'a blank'],
]);
export const delimiterName = (delimiter: string): string => delimiterNames.get(delimiter) ?? shown(delimiter);
const toldAs = (delimiter: string) => (delimiter === '\t' ? "$'\\t'" : `'${delimiter}'`);

/** Two delimiters part every line into as many fields. */
export function whichDelimiter(header: string, one: string, other: string): MeshdeckError {
  return ambiguous(
    `The columns may be parted by ${delimiterName(one)} or by ${delimiterName(other)} (the header is ${shown(header)}). ` +
      `Say which: --delimiter ${toldAs(one)} or --delimiter ${toldAs(other)}.`,
  );
}

/** The last row may be the sum of the others. */
export function totalOrRow(text: string): MeshdeckError {
  return ambiguous(
    `The table's last row begins with ${shown(text)}: it may add up the others or be one of them. ` +
      'Say --footer none if it is a row, --footer N with its line if it is none.',
  );
}

/** Bytes that are not in the encoding that the table had so far. */
export function undecodable({ kind, encoding }: UndecodableBytes, line: number): MeshdeckError {
  const at = `Line ${line}`;
  if (kind === 'zero') {
    return new MeshdeckError('csv-malformed', `${at} holds a zero byte, which no text has. Save the table again as "CSV UTF-8".`);
  }
  if (kind === 'mixed') {
    return ambiguous(
      `${at} has bytes that are no UTF-8, in a table that is UTF-8 elsewhere. ` +
        'Save it again as "CSV UTF-8", or say --encoding windows-1252 if all of it is in that encoding.',
    );
  }
  if (kind === 'unknown') {
    return ambiguous(
      `${at} is neither UTF-8 nor, by its letters, Windows-1252. Say how the table is written, such as ` +
        '--encoding windows-1250, windows-1251, shift_jis or gb18030, or save it as "CSV UTF-8".',
    );
  }
  return new MeshdeckError(
    'csv-malformed',
    `${at} has bytes that are no ${encoding.toUpperCase()}. Say another --encoding, or save the table as "CSV UTF-8".`,
  );
}

/** A quote is closed and something else than a delimiter follows. `isEscaped`: with a backslash, as some programs do. */
export function malformedQuote(line: number, isEscaped = false): MeshdeckError {
  const advice = isEscaped
    ? 'Its quote seems to be escaped with a backslash: double it instead ("").'
    : 'Double a quote inside a quoted value ("").';
  return new MeshdeckError(
    'csv-malformed',
    `Line ${line} has a quoted value with something behind its closing quote. ${advice}`,
  );
}

/** A quoted value that the file ends in. */
export function unclosedQuote(line: number): MeshdeckError {
  return new MeshdeckError('csv-malformed', `Line ${line} opens a quote that is never closed.`);
}

/** A record whose number of fields is not the header's, or not that of the other rows. */
export function raggedRow(
  line: number,
  fields: number,
  { expected, hasHeader }: { expected: number; hasHeader: boolean },
): MeshdeckError {
  const advice =
    fields > expected
      ? 'A value that contains the delimiter must stand in quotes.'
      : 'Write a missing value as an empty field.';
  const wanted = hasHeader ? `the header has ${expected}` : `the others have ${expected}`;
  return new MeshdeckError('csv-malformed', `Line ${line} has ${fieldsOf(fields)}, ${wanted}. ${advice}`);
}

/** Empty fields stand behind the last column of every row, and one of them is not empty. */
export function valueBehindColumns(line: number, columns: number): MeshdeckError {
  return new MeshdeckError(
    'csv-malformed',
    `Line ${line} has a value behind the last of the ${columns} columns, where all rows above it end in an empty field. ` +
      'Give that column a name, or put a value that contains the delimiter in quotes.',
  );
}
