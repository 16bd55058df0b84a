/** One record of a table as text. */
export interface TextRecord {
  fields: string[];
  /** The line of the text (from 1) on which it begins. */
  line: number;
  /** Where it begins and ends in the text, its line ending left out, and where the next one begins. */
  start: number;
  end: number;
  next: number;
  /** Lines it takes. */
  lines: number;
  /** No field holds anything but blanks: what `recordKind` says of bytes. A delimiter in quotes is a value. */
  isBlank: boolean;
  /** Something stands behind a closing quote, or a quote is never closed. */
  isBroken: boolean;
}

const quote = '"';

/** A blank between a delimiter and a quote, which is no part of the value. */
const isBlank = (sign: string | undefined, delimiter: string) =>
  (sign === ' ' || sign === '\t') && sign !== delimiter;

/**
 * Reads the record that begins at `start`: RFC 4180, and what programs write beside it. A field is quoted where a quote
 * is its first sign, blanks left out; any other quote is text, as spreadsheets and Python's csv module take it. Carriage
 * returns before a line feed belong to the line's end.
 */
export function readRecord(text: string, start: number, line: number, delimiter: string): TextRecord {
  return readPlainRecord(text, start, line, delimiter) ?? readQuotedRecord(text, start, line, delimiter);
}

/** A record without a quote in it, which most are; null for others. */
function readPlainRecord(text: string, start: number, line: number, delimiter: string): TextRecord | null {
  const feed = text.indexOf('\n', start);
  const stop = feed < 0 ? text.length : feed;
  const end = withoutReturns(text, start, stop);
  const record = text.slice(start, end);
  if (record.includes(quote)) return null;
  const fields = record.split(delimiter);
  const isBlank = isBlankField(fields[0]) && fields.every(isBlankField);
  const next = Math.min(stop + 1, text.length);
  return { fields, line, start, end, next, lines: 1, isBlank, isBroken: false };
}

function readQuotedRecord(text: string, start: number, line: number, delimiter: string): TextRecord {
  const fields: string[] = [];
  const record = { fields, line, start, end: start, next: start, lines: 1, isBlank: true, isBroken: false };
  let at = start;
  for (;;) {
    let first = at;
    while (isBlank(text[first], delimiter)) first++;
    if (text[first] === quote) at = readQuoted(text, first, delimiter, record);
    else {
      const end = endOfPlain(text, at, delimiter);
      const field = text.slice(at, isLineEnd(text, end) ? withoutReturns(text, at, end) : end);
      fields.push(field);
      record.isBlank &&= isBlankField(field);
      at = end;
    }
    if (text[at] === delimiter) {
      at++;
      continue;
    }
    record.end = withoutReturns(text, start, at);
    record.next = Math.min(at + 1, text.length);
    return record;
  }
}

const isLineEnd = (text: string, at: number) => at >= text.length || text[at] === '\n';

function endOfPlain(text: string, start: number, delimiter: string): number {
  let at = start;
  while (!isLineEnd(text, at) && text[at] !== delimiter) at++;
  return at;
}

function withoutReturns(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && text[at - 1] === '\r') at--;
  return at;
}

/** Reads a field in quotes that opens at `open`; returns where its delimiter or line end stands. */
function readQuoted(text: string, open: number, delimiter: string, record: TextRecord): number {
  let value = '';
  let at = open + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) {
      record.isBroken = true;
      value += text.slice(at);
      at = text.length;
      break;
    }
    value += text.slice(at, close);
    at = close + 1;
    if (text[at] !== quote) break;
    value += quote;
    at++;
  }
  for (let sign = text.indexOf('\n', open); sign >= 0 && sign < at; sign = text.indexOf('\n', sign + 1)) {
    record.lines++;
  }
  record.fields.push(value);
  record.isBlank &&= isBlankField(value) && !value.includes(delimiter);
  while (isBlank(text[at], delimiter)) at++;
  let behind = at;
  while (text[behind] === '\r') behind++;
  if (isLineEnd(text, behind)) at = behind;
  if (isLineEnd(text, at) || text[at] === delimiter) return at;
  record.isBroken = true;
  return endOfPlain(text, at, delimiter);
}

/** Where the field number `last` (from 0) of a record ends, its closing quote included. */
export function endOfField(text: string, record: TextRecord, last: number, delimiter: string): number {
  const scratch: TextRecord = { ...record, fields: [] };
  let at = record.start;
  for (let field = 0; ; field++) {
    let first = at;
    while (isBlank(text[first], delimiter)) first++;
    at =
      text[first] === quote ? readQuoted(text, first, delimiter, scratch) : endOfPlain(text, at, delimiter);
    if (field === last || at >= record.end) return at;
    at++;
  }
}

/** Whether a field holds nothing but blanks. Line breaks in quotes are a value. */
export const isBlankField = (field: string | undefined): boolean =>
  field === undefined || /^[ \t]*$/.test(field);
