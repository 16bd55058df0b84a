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

/** A record whose number of fields is not the header's, or not that of the other rows. `text`: how it begins. */
export function raggedRow(
  line: number,
  fields: number,
  { expected, hasHeader, text }: { expected: number; hasHeader: boolean; text: string },
): MeshdeckError {
  const advice = raggedAdvice(fields, expected, text.trim());
  const wanted = hasHeader ? `the header has ${expected}` : `the others have ${expected}`;
  return new MeshdeckError('csv-malformed', `Line ${line} has ${fieldsOf(fields)}, ${wanted}. ${advice}`);
}

const longestShown = 60;

function raggedAdvice(fields: number, expected: number, text: string): string {
  if (fields > expected) return 'A value that contains the delimiter must stand in quotes.';
  if (fields > 1 || text === '') {
    return fields === expected - 1
      ? 'Write a missing value as an empty field; if every row has so many, there is one name too many.'
      : 'Write a missing value as an empty field.';
  }
  const says = `It says ${JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}...` : text)}`;
  if (/^(?:#|\/\/|%|;|--)/.test(text)) return `${says}: take it out if that is a comment.`;
  if (/[^,;\t|][,;\t|]/.test(text)) return `${says}: part its values by the delimiter of the other lines.`;
  return `${says}: take it out if that is no row, or write its missing values as empty fields.`;
}

/** Empty fields stand behind the last column of every row, and one of them is not empty. */
export function valueBehindColumns(line: number, columns: number): MeshdeckError {
  return new MeshdeckError(
    'csv-malformed',
    `Line ${line} has a value behind the last of the ${columns} columns, where all rows above it end in an empty field. ` +
      'Give that column a name, or put a value that contains the delimiter in quotes.',
  );
}
