import {
  malformedQuote,
  raggedRow,
  recordKind,
  unclosedQuote,
  valueBehindColumns,
  withoutReturns,
  type RowRules,
} from '@meshdeck/shared/csv';
import { growCsvBlock, type CsvBlock } from './csv-block.js';
import { createQuotedValue, quoteBehindBlanks, readQuotedValue, undoubleQuotes } from './quoted-value.js';

const newline = 0x0a;
const quote = 0x22;
const blank = 0x20;
const tab = 0x09;
const backslash = 0x5c;

/** What a table's records are split by. */
export interface SplitRules extends RowRules {
  /** For what is said of a row with too few or too many fields. */
  hasHeader: boolean;
}

/** Where the next record begins. */
export interface SplitEnd {
  at: number;
  line: number;
  /** The line on which a quote opens that is not closed in the bytes; 0 for none. */
  openQuote: number;
}

/** So many bytes of a row are enough for a message. */
const longestText = 200;

const value = createQuotedValue();

/**
 * Splits records where they stand: no byte moves, a cell is a range of the bytes it was read from. Some ten times as
 * fast as a general parser, which is what makes a table of a million rows a matter of seconds. Quotes are as in RFC
 * 4180, with blanks around them that are no part of the value; a quote inside a value that begins without one is text.
 * Carriage returns before a line feed belong to the line's end. Only a value with doubled quotes moves: in a copy.
 *
 * `bytes`, UTF-8, begins with a record and ends with a line feed: so no look goes beyond them, which would make every look
 * slower. Empty lines are skipped, rows of nothing but delimiters told apart. Stops before a record whose quote is not
 * closed in them, unless there is nothing more (`atEnd`).
 *
 * @throws MeshdeckError csv-malformed for a record with too few or too many fields, a value behind the last column,
 *   something behind a closing quote, a quote that is never closed.
 */
export function splitRecords(
  bytes: Buffer,
  rules: SplitRules,
  firstLine: number,
  atEnd: boolean,
  block: CsvBlock,
): SplitEnd {
  const { delimiter, fields: columns, trailing } = rules;
  const { length } = bytes;
  const { empty } = block;
  const wanted = columns + trailing;
  const top = Math.max(delimiter, newline);
  let cells = bytes;
  let line = firstLine;
  let row = 0;
  let at = 0;
  let openQuote = 0;
  block.repeatedHeaders = 0;
  empty.before.length = 0;
  empty.starts.length = 0;
  empty.ends.length = 0;
  while (at < length) {
    const rowStart = at;
    const rowLine = line;
    if (row >= block.rowStarts.length) growCsvBlock(block, row + 1);
    const { starts, ends } = block;
    const firstCell = row * columns;
    let rowEnd = at;
    let field = 0;
    let behind = false;
    for (let more = true; more; field++) {
      let start = at;
      let end: number;
      let close: number;
      const first = bytes[at] as number;
      const open = first > quote || first === newline ? -1 : quoteBehindBlanks(bytes, at, delimiter);
      if (open >= 0) {
        readQuotedValue(bytes, open, delimiter, value);
        ({ start, end, close } = value);
        if (value.state === 'malformed') throw malformedQuote(line, bytes[end - 1] === backslash);
        if (value.state === 'open' && atEnd) throw unclosedQuote(line);
        if (value.state === 'open') {
          openQuote = line;
          break;
        } else {
          at = value.next;
          line += value.lines;
          if (value.doubled && field < columns) {
            if (cells === bytes) cells = Buffer.from(bytes);
            end = undoubleQuotes(cells, start, end);
          }
        }
      } else {
        for (; ; at++) {
          const byte = bytes[at] as number;
          if (byte <= top && (byte === delimiter || byte === newline)) break;
        }
        end = bytes[at] === newline ? withoutReturns(bytes, start, at) : at;
        close = end;
      }
      if (field < columns) {
        starts[firstCell + field] = start;
        ends[firstCell + field] = end;
        rowEnd = close;
      } else behind ||= !isBlankRange(bytes, start, end);
      more = bytes[at] === delimiter;
      if (more) at++;
    }
    if (openQuote > 0) {
      at = rowStart;
      line = rowLine;
      break;
    }
    const recordEnd = at;
    line++;
    at++;
    if (field === 1 && rowEnd === rowStart) continue;
    const cell = starts[firstCell] as number;
    const isOdd = field !== wanted || behind;
    if (
      isOdd ||
      cell === ends[firstCell] ||
      bytes[cell] === blank ||
      isLikeHeader(rules, bytes, rowStart, recordEnd)
    ) {
      const kind = recordKind(bytes, rowStart, withoutReturns(bytes, rowStart, recordEnd), rules);
      if (kind === 'left-out') {
        if (rowEnd > rowStart && field === wanted) block.repeatedHeaders++;
        continue;
      }
      if (kind === 'empty') {
        empty.before.push(row);
        empty.starts.push(rowStart);
        empty.ends.push(rowEnd);
        continue;
      }
      const last = firstCell + columns - 1;
      // The last row may lack the delimiter at its end, if only its last value is there.
      const isBare = field === columns && !behind && !isBlankRange(bytes, starts[last], ends[last]);
      if (isOdd && !isBare) {
        if (field === wanted) throw valueBehindColumns(rowLine, columns);
        const text = bytes.toString('utf8', rowStart, Math.min(recordEnd, rowStart + longestText));
        throw raggedRow(rowLine, field, {
          expected: wanted,
          hasHeader: rules.hasHeader && trailing === 0,
          text,
        });
      }
    }
    block.rowStarts[row] = rowStart;
    block.rowEnds[row] = rowEnd;
    block.lines[row] = rowLine;
    row++;
  }
  block.rows = row;
  block.cells = cells;
  block.raw = bytes;
  return { at, line, openQuote };
}

/** Whether a record has the header's length and first byte: worth comparing. */
function isLikeHeader({ header }: SplitRules, bytes: Buffer, start: number, end: number): boolean {
  if (header === null) return false;
  const more = end - start - header.length;
  return more >= 0 && more <= 2 && bytes[start] === header[0];
}

function isBlankRange(bytes: Buffer, start = 0, end = 0): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== blank && bytes[at] !== tab) return false;
  return true;
}
