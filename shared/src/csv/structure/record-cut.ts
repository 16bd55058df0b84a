import type { LastLines } from './last-lines.js';
import { readRecord, type TextRecord } from '../read-fields.js';

/** Records of a table that show that lines are read from a record's start on. */
const enoughRecords = 3;
const mostStarts = 20;

/** Whether a record begins on a line, and not a quoted value's later line. `first`: a record above it. */
export function beginsRecord(
  text: string,
  first: Pick<TextRecord, 'start' | 'line'>,
  line: number,
  delimiter: string,
): boolean {
  let at = { ...first };
  while (at.line < line && at.start < text.length) {
    const record = readRecord(text, at.start, at.line, delimiter);
    at = { start: record.next, line: at.line + record.lines };
  }
  return at.line === line;
}

/**
 * The same of a file's last lines, of which nobody knows whether they begin inside quotes: they do not where some records
 * in a row have the table's fields. `lines`: so many from the end.
 */
export function beginsRecordFromEnd(
  last: LastLines,
  lines: number,
  { delimiter, width }: { delimiter: string; width: number },
): boolean {
  const count = last.count();
  const all = Array.from({ length: count }, (_, at) => last.line(count - 1 - at) ?? '');
  const text = all.join('\n');
  const cut = count - lines;
  let start = 0;
  for (let at = 0; at < Math.min(mostStarts, cut); at++) {
    if (areRecords(text, start, { delimiter, width })) {
      return beginsRecord(text, { start, line: at }, cut, delimiter);
    }
    start = text.indexOf('\n', start) + 1;
  }
  return false;
}

function areRecords(
  text: string,
  start: number,
  { delimiter, width }: { delimiter: string; width: number },
): boolean {
  let at = start;
  for (let count = 0; count < enoughRecords; count++) {
    const record = readRecord(text, at, 1, delimiter);
    if (record.isBroken || record.fields.length !== width) return false;
    at = record.next;
  }
  return true;
}
