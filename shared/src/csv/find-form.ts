import type { ReadingOptions, TableDelimiter } from '../models/reading.js';
import { createCarriageReturnEnds, endsInCarriageReturns } from './carriage-returns.js';
import { chooseDelimiter, type Candidate, type TableStart } from './choose-delimiter.js';
import { findEncoding, markBytes } from './find-encoding.js';
import { findFooter } from './footer.js';
import type { TableForm } from './form.js';
import type { Layout } from './layout.js';
import { lastLines } from './last-lines.js';
import { tableEmpty, totalOrRow, undecodable } from './problems.js';
import { readRecord, type TextRecord } from './read-fields.js';
import { beginsRecord, beginsRecordFromEnd } from './record-cut.js';
import type { Sample } from './sample.js';
import { skippedAbove, skippedBelow } from './skipped-lines.js';
import type { TableBytes } from './table-bytes.js';
import { createTableDecoder, UndecodableBytes, type ByteChecks } from './table-decoder.js';

/** A table's form, and the text in which its lines of names stand. */
export interface FoundForm {
  form: TableForm;
  /** UTF-8 of the table's start, without a byte order mark, lines ended by LF. */
  text: string;
}

/** What is told where this file does not find it. */
export type FormOptions = Pick<ReadingOptions, 'encoding' | 'delimiter' | 'header' | 'footer'>;

const mostSkipped = 50;
const separatorLine = /^"?sep=(\\t|tab|.)"?[,;|\t]*\r*(?:\n|$)/i;

/**
 * Finds how a table is written. What is told is taken as it is.
 *
 * @throws MeshdeckError csv-empty; csv-malformed for what is no text table; csv-ambiguous where it can be read in two
 *   ways, saying which and how to choose; invalid-request where what is told cannot be.
 */
export function findForm(bytes: TableBytes, told: FormOptions = {}, checks?: ByteChecks): FoundForm {
  const { encoding: first, markBytes: mark, isOpen } = findEncoding(bytes.head, told.encoding);
  const decoder = createTableDecoder({ encoding: first, asciiSoFar: isOpen }, checks);
  const utf8 = decodeHead(decoder, bytes.head.subarray(mark), bytes.isWhole);
  const endsInReturns = endsInCarriageReturns(utf8);
  const start = startOf(utf8, endsInReturns, bytes.isWhole, told);
  const chosen = chooseDelimiter(start, { ...told, ...(start.named !== null && { delimiter: start.named }) });
  const text = start.text(chosen.delimiter);
  const { finding, sample, delimiter } = chosen;
  if (sample.records.length === 0) throw tableEmpty();
  if (finding !== null && 'refusal' in finding) throw finding.refusal;
  const layout = finding?.layout ?? plainLayout(chosen);
  const above = skippedAbove(text, layout, sample, start.from.line > 1);
  const form: TableForm = {
    encoding: decoder.encoding(),
    bom: mark > 0,
    asciiSoFar: decoder.asciiSoFar(),
    delimiter,
    lineEnding: endsInReturns ? '\r' : lineEndingOf(text, layout.header ?? sample.records[0]),
    headerLine: layout.header?.line ?? null,
    groupsLine: layout.groups?.line ?? null,
    firstRowLine: firstRowLine(layout, sample),
    fields: layout.fields,
    trailing: layout.trailing,
    rowLabels: layout.rowLabels,
    footerBytes: 0,
    skipped: above,
  };
  if (told.footer !== undefined || layout.firstRow === undefined) return { form, text };
  return { form: withFooter(form, bytes, text, layout.rows), text };
}

function decodeHead(
  decoder: ReturnType<typeof createTableDecoder>,
  head: Uint8Array,
  isWhole: boolean,
): Uint8Array {
  try {
    const text = decoder.decode(head);
    const end = isWhole ? decoder.finish() : new Uint8Array(0);
    if (end.length === 0) return text;
    const whole = new Uint8Array(text.length + end.length);
    whole.set(text);
    whole.set(end, text.length);
    return whole;
  } catch (error) {
    if (error instanceof UndecodableBytes) throw undecodable(error, error.linesBefore + 1);
    throw error;
  }
}

/** The text of a table's start in a known form. @throws MeshdeckError csv-malformed, csv-ambiguous */
export function headText(form: TableForm, head: Uint8Array, isWhole: boolean): string {
  const { encoding, asciiSoFar, bom, delimiter, lineEnding } = form;
  const decoder = createTableDecoder({ encoding, asciiSoFar });
  const utf8 = decodeHead(decoder, head.subarray(bom ? markBytes(head, encoding) : 0), isWhole);
  if (lineEnding !== '\r') return asText(utf8);
  const bytes = new Uint8Array(utf8);
  createCarriageReturnEnds(delimiter.charCodeAt(0))(bytes);
  return asText(bytes);
}

const asText = (utf8: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8);

function startOf(
  utf8: Uint8Array,
  endsInReturns: boolean,
  isWhole: boolean,
  told: FormOptions,
): TableStart & { named: TableDelimiter | null } {
  const plain = asText(utf8);
  const texts = new Map<string, string>();
  const text = (delimiter: string): string => {
    if (!endsInReturns) return plain;
    const known = texts.get(delimiter);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(utf8);
    createCarriageReturnEnds(delimiter.charCodeAt(0))(bytes);
    const made = asText(bytes);
    texts.set(delimiter, made);
    return made;
  };
  const line = separatorLine.exec(endsInReturns ? plain.replaceAll('\r', '\n') : plain);
  if (line === null) return { text, isWhole, from: { at: 0, line: 1 }, named: null };
  const [whole, sign = ''] = line;
  const named = told.delimiter ?? delimiterOf(sign);
  return { text, isWhole, from: { at: whole.length, line: 2 }, named };
}

function delimiterOf(sign: string): TableDelimiter | null {
  if (sign === '\\t' || sign.toLowerCase() === 'tab') return '\t';
  return sign === ',' || sign === ';' || sign === '\t' || sign === '|' || sign === ' ' ? sign : null;
}

/** Names in the first line, for rows that do not agree with them: the first such row tells what is wrong. */
function plainLayout({ sample }: Candidate): Layout {
  const [header = null, ...rows] = sample.records;
  const fields = header?.fields.length ?? 1;
  return { header, groups: null, rows, firstRow: rows[0], fields, trailing: 0, rowLabels: false, others: [] };
}

/** In a table of one column a line of blanks, or a delimiter alone, is a value. */
function firstRowLine({ header, firstRow, fields, trailing, others }: Layout, { blankLines }: Sample): number {
  const line = firstRow?.line ?? linesBehind(header);
  if (fields + trailing > 1) return line;
  const behind = Math.max(linesBehind(header), ...others.map(({ record }) => record.line + record.lines));
  const value = blankLines.find((blank) => !blank.isEmpty && blank.line >= behind);
  return Math.min(line, value?.line ?? line);
}

const linesBehind = (header: TextRecord | null) => (header === null ? 1 : header.line + header.lines);

function lineEndingOf(text: string, record: TextRecord | undefined): '\n' | '\r\n' {
  return record !== undefined && text[record.end] === '\r' ? '\r\n' : '\n';
}

const mostLastLines = 80;

function withFooter(form: TableForm, bytes: TableBytes, text: string, rows: readonly TextRecord[]): TableForm {
  const { head, tail, isWhole, hasAllRows } = bytes;
  const { encoding, delimiter, fields, lineEnding, firstRowLine } = form;
  const end = lineEnding === '\r' ? 0x0d : 0x0a;
  const last = lastLines(isWhole ? head : tail, { encoding, end }, isWhole, mostLastLines);
  const allLines = isWhole ? countLines(text) : null;
  // Lines above the first row are none of the table's end.
  const most = allLines === null ? mostLastLines : allLines - firstRowLine + 1;
  const lineFromEnd = (fromEnd: number) => (fromEnd < most ? last.line(fromEnd) : undefined);
  const all = () => (isWhole && hasAllRows ? rowsFrom(text, rows[0], delimiter) : null);
  const footer = findFooter(lineFromEnd, { delimiter, fields, rows, all });
  if ('open' in footer) throw totalOrRow(footer.open);
  if (footer.lines === 0) return form;
  const first = rows[0] as TextRecord;
  // A line of a quoted value may look like a note.
  const isRecord =
    allLines === null
      ? beginsRecordFromEnd(last, footer.lines, { delimiter, width: fields + form.trailing })
      : beginsRecord(text, first, allLines - footer.lines + 1, delimiter);
  if (!isRecord) return form;
  const skipped = [...form.skipped, ...skippedBelow(footer, allLines)].slice(0, mostSkipped);
  return { ...form, footerBytes: last.bytesOf(footer.lines), skipped };
}

function countLines(text: string): number {
  let lines = text.endsWith('\n') || text === '' ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** All records from the first row on. */
function rowsFrom(text: string, first: TextRecord | undefined, delimiter: string): TextRecord[] {
  const rows: TextRecord[] = [];
  if (first === undefined) return rows;
  let { start, line } = first;
  while (start < text.length) {
    const record = readRecord(text, start, line, delimiter);
    rows.push(record);
    ({ next: start } = record);
    line += record.lines;
  }
  return rows;
}
