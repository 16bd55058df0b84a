import type { SkippedLines } from '../models/reading.js';
import { kindsOf, type BodyKinds } from './body-kinds.js';
import { cellKind } from './cell-kinds.js';
import { isNumberText, numberOf } from './number-text.js';
import { readRecord, type TextRecord } from './read-fields.js';
import { averageWords, isNoteLine, isShortNoteLine, isTotalName, totalWords } from './total-words.js';

/** What a table's last lines are measured by. */
export interface TableRows {
  delimiter: string;
  fields: number;
  /** Rows that were looked at. */
  rows: readonly TextRecord[];
  /** All rows, where all of the table is at hand; else null. */
  all: () => readonly TextRecord[] | null;
}

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

/** The rows without those that add others up, and what their columns hold, once it is asked for. */
type Body = TableRows & { kinds: () => BodyKinds; above: () => readonly TextRecord[] };

function createBody(table: TableRows): Body {
  const firstWord = ({ fields }: TextRecord) => fields.find((field) => field.trim() !== '') ?? '';
  const rows = () => table.rows.filter((row) => row.fields.length >= table.fields && !isTotalName(firstWord(row)));
  let above: readonly TextRecord[] | undefined;
  let kinds: BodyKinds | undefined;
  return {
    ...table,
    above: () => (above ??= rows()),
    kinds: () => (kinds ??= kindsOf((above ??= rows()), table.fields)),
  };
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
const isTyped = ({ kinds }: Body, column: number) => kinds().sure.includes(column);

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

/** A row that begins with `Total` or the like. */
function judgeTotal(record: TextRecord, word: string, body: Body): Judged {
  const { fields } = record;
  const total = { what: 'total' } as const;
  const place = fields.findIndex((field) => field.trim() !== '');
  // What adds up has numbers behind its name, or nothing.
  const behind = fields.slice(place + 1).map(cellKind);
  if (behind.some((kind) => kind !== 'number' && kind !== 'quantity' && kind !== 'missing')) return 'row';
  if (fields.length < body.fields || isTyped(body, place)) return total;
  const all = body.all();
  const others = (all ?? body.rows).filter((row) => row.fields[place]?.trim() === word);
  if (others.length > (all === null ? 0 : 1)) return 'row';
  const above = body.above();
  const isAlwaysFilled = (column: number) => above.every((row) => (row.fields[column] ?? '').trim() !== '');
  const gaps = fields.slice(0, body.fields).flatMap((field, column) => (field.trim() === '' ? [column] : []));
  if (above.length > 2 && gaps.some(isAlwaysFilled)) return total;
  const bare = word.replace(/[\s:*]+$/, '').toLowerCase();
  if (all !== null) return sumsUp(record, all, body, averageWords.has(bare)) ? total : 'row';
  return totalWords.has(bare) || averageWords.has(bare) ? { open: word } : 'row';
}

/** Whether one of its numbers is the sum of those above it, or their mean or the like, to three digits. */
function sumsUp(
  { fields }: TextRecord,
  all: readonly TextRecord[],
  { kinds }: Body,
  isAverage: boolean,
): boolean {
  const isSame = (row: TextRecord) => row.fields.every((field, column) => field === fields[column]);
  const above = all.slice(0, all.findLastIndex(isSame));
  return fields.some((field, column) => {
    if (kinds().kinds[column] !== 'number' || !isNumberText(field)) return false;
    const numbers = above.map((row) => numberOf(row.fields[column] ?? '')).filter((number) => !Number.isNaN(number));
    const own = numberOf(field);
    const wanted = isAverage ? averages(numbers) : [sumOf(numbers)];
    return numbers.length > 1 && wanted.some((value) => value !== 0 && Math.abs(value - own) <= Math.abs(value) * 1e-3);
  });
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Mean, median, least, largest, deviation, count. */
function averages(numbers: readonly number[]): number[] {
  const count = numbers.length;
  const mean = sumOf(numbers) / count;
  const squares = sumOf(numbers.map((number) => (number - mean) ** 2));
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[(count - 1) >> 1] ?? 0, sorted[count >> 1] ?? 0];
  return [
    ...[mean, (low + high) / 2, sorted[0] ?? 0, sorted[count - 1] ?? 0],
    ...[Math.sqrt(squares / count), Math.sqrt(squares / (count - 1)), count],
  ];
}
