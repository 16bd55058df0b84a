import { readRecord } from '@meshdeck/shared/csv';

/** The values of one record, quotes taken off. */
export function recordFields(record: Buffer, delimiter: string): string[] {
  return readRecord(record.toString('utf8'), 0, 1, delimiter).fields;
}
