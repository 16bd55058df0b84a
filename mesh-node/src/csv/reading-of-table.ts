import type { TableReading } from '@meshdeck/shared';
import type { CsvReader } from './read-csv.js';

/** How an opened table is read, for people. */
export function readingOfTable({ dialect, header, headerLine, firstRowLine }: CsvReader): TableReading {
  return {
    encoding: 'utf-8',
    delimiter: dialect.delimiter,
    decimal: null,
    thousands: null,
    headerLine,
    firstRowLine,
    columns: header,
    skipped: [],
    notes: [],
  };
}
