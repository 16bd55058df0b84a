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
