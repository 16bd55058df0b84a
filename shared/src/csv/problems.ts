import { MeshdeckError } from '../errors.js';
import { maxRecordBytes } from './header.js';

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

/** `1 field`, `2 fields`. */
export const fieldsOf = (count: number): string => `${count} field${count === 1 ? '' : 's'}`;

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
