import { MeshdeckError } from '@meshdeck/shared';

/** A record whose number of fields is not the header's. `line` counts from 1, `header` is line 1. */
export function raggedRow(line: number, fields: number, expected: number): MeshdeckError {
  const count = (n: number) => `${n} field${n === 1 ? '' : 's'}`;
  const advice =
    fields > expected
      ? 'A value that contains the delimiter must stand in quotes.'
      : 'Write a missing value as an empty field.';
  return new MeshdeckError(
    'csv-malformed',
    `Line ${line} has ${count(fields)}, the header has ${expected}. ${advice}`,
  );
}
