import { MeshdeckError } from '../../errors.js';
import { fieldsOf } from '../problems.js';
import type { TextRecord } from '../read-fields.js';

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
