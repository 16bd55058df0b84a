import type { SkippedLines } from '../../models/reading.js';
import { cellKind } from './cell-kinds.js';
import { readRecord } from '../read-fields.js';
import { createBody, isTyped, type Body, type TableRows } from './table-rows.js';
import { judgeTotal } from './total-row.js';
import { isNoteLine, isShortNoteLine, isTotalName } from './total-words.js';

/** Lines at a table's end that are no rows. */
export interface Footer {
  /** So many of its last lines. */
  lines: number;
  /** Places of the first line, counted from the last one (0), in the table's order. */
  parts: { fromEnd: number; lines: number; what: SkippedLines['what']; text: string }[];
}

/** `open`: the last row may add the others up, and begins so. */
export type FooterFinding = Footer | { open: string };

/** More lines than that below a table are not looked for. */
const mostLines = 40;
/** A line that programs of DOS end files with. */
const endOfFile = '\x1a';

type Judged = { what: SkippedLines['what'] } | { open: string } | 'row' | 'empty';

/** Finds totals and notes among a table's last lines. `lineFromEnd` gives them, counted from the last one (0). */
export function findFooter(
  lineFromEnd: (fromEnd: number) => string | undefined,
  table: TableRows,
): FooterFinding {
  const parts: Footer['parts'] = [];
  const body = createBody(table);
  let cut = 0;
  for (let at = 0; at < mostLines; at++) {
    const line = lineFromEnd(at);
    if (line === undefined) break;
    const judged = judgeLine(line, lineFromEnd(at + 1), body);
    if (judged === 'row') break;
    if (judged === 'empty') continue;
    if ('open' in judged) return judged;
    parts.unshift({ fromEnd: at, lines: at + 1 - cut, what: judged.what, text: line.trim() });
    cut = at + 1;
  }
  const [first] = parts;
  if (first === undefined) return { lines: 0, parts };
  // Rows of delimiters alone that part the table from what stands below it.
  let lines = cut;
  let blanks = 0;
  for (let line = lineFromEnd(lines); line !== undefined; line = lineFromEnd(++lines)) {
    if (!isEmptyLine(line, table.delimiter)) break;
    if (line.trim() !== '') blanks = lines + 1 - cut;
  }
  if (blanks > 0) parts.unshift({ fromEnd: cut + blanks - 1, lines: blanks, what: 'blank', text: '' });
  return { lines, parts };
}

const recordOf = (line: string, delimiter: string) => readRecord(line, 0, 1, delimiter);
function isEmptyLine(line: string, delimiter: string): boolean {
  const { isBlank, isBroken } = recordOf(line, delimiter);
  return isBlank && !isBroken;
}

function judgeLine(line: string, before: string | undefined, body: Body): Judged {
  if (line === endOfFile) return { what: 'note' };
  const { delimiter, fields } = body;
  const record = recordOf(line, delimiter);
  // The last line of a quoted value that has several closes a quote that none of its own opens.
  if (record.isBroken || line.split('"').length % 2 === 0) return 'row';
  if (record.isBlank) return fields > 1 || line.trim() === '' ? 'empty' : 'row';
  if (fields === 1) return isRowCount(line) ? { what: 'note' } : 'row';
  const filled = record.fields.filter((field) => field.trim() !== '');
  const isApart = before !== undefined && isEmptyLine(before, delimiter);
  if (record.fields.length === 1) return judgeNote(line, isApart, body);
  const word = (filled[0] ?? '').trim();
  if (isTotalName(word)) return judgeTotal(record, word, body);
  if (filled.length === 1 && record.fields[0]?.trim() === word) return judgePadded(word, isApart, body);
  return 'row';
}

/** `(5 rows affected)`, below a table of one column too. */
const isRowCount = (line: string) =>
  /^\(\d[\d,.]* (?:rows?|records?)(?: affected| selected| returned)?\)$/i.test(line.trim());

const wordsIn = (text: string) => text.match(/\p{L}{2,}/gu)?.length ?? 0;

/** A line with one field, where rows have several. It may also be a row that was cut: a note has words that say so. */
function judgeNote(line: string, isApart: boolean, body: Body): Judged {
  if (isTotalName(line)) return { what: 'total' };
  if (isShortNoteLine(line) || (isApart && wordsIn(line) > 0)) return { what: 'note' };
  return wordsIn(line) > 2 && isTyped(body, 0) ? { what: 'note' } : 'row';
}

/** A row with nothing but words in its first field. */
function judgePadded(word: string, isApart: boolean, body: Body): Judged {
  const others = body.rows.filter((row) => row.fields[0]?.trim() === word);
  if (others.length > (body.all() === null ? 0 : 1)) return 'row';
  if (isNoteLine(word)) return { what: 'note' };
  if (cellKind(word) !== 'text' || wordsIn(word) === 0) return 'row';
  const isNote = isTyped(body, 0) || (isApart && body.fields > 2 && wordsIn(word) > 2);
  return isNote ? { what: 'note' } : 'row';
}
