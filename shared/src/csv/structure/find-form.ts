import type { ReadingOptions } from '../../models/reading.js';
import { endsInCarriageReturns } from '../encoding/carriage-returns.js';
import { findEncoding } from '../encoding/find-encoding.js';
import { createTableDecoder, type ByteChecks } from '../encoding/table-decoder.js';
import type { TableForm } from '../form.js';
import { tableEmpty } from '../problems.js';
import type { TextRecord } from '../read-fields.js';
import { chooseDelimiter, type Candidate } from './choose-delimiter.js';
import { decodeHead, startOf } from './head-text.js';
import { keptTotals } from './kept-totals.js';
import type { Layout } from './layout.js';
import type { Sample } from './sample.js';
import { skippedAbove } from './skipped-lines.js';
import type { TableBytes } from './table-bytes.js';
import { rowsFrom } from './table-rows.js';
import { withFooter } from './with-footer.js';

/** A table's form, and the text in which its lines of names stand. */
export interface FoundForm {
  form: TableForm;
  /** UTF-8 of the table's start, without a byte order mark, lines ended by LF. */
  text: string;
}

/** What is told where this file does not find it. */
export type FormOptions = Pick<ReadingOptions, 'encoding' | 'delimiter' | 'header' | 'footer'>;

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
  const start = startOf(utf8, endsInReturns, bytes.isWhole, told.delimiter);
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
  const whole = withFooter(form, bytes, text, layout.rows);
  const rows = bytes.isWhole ? rowsFrom(text, layout.rows[0], delimiter) : layout.rows;
  const totals = keptTotals(rows, whole);
  return { form: { ...whole, ...(totals !== undefined && { keptTotals: totals }) }, text };
}

/** Names in the first line, for rows that do not agree with them: the first such row tells what is wrong. */
function plainLayout({ sample }: Candidate): Layout {
  const [header = null, ...rows] = sample.records;
  const fields = header?.fields.length ?? 1;
  return { header, groups: null, rows, firstRow: rows[0], fields, trailing: 0, rowLabels: false, others: [] };
}

/** In a table of one column a line of blanks, or a delimiter alone, is a value. */
function firstRowLine(
  { header, firstRow, fields, trailing, others }: Layout,
  { blankLines }: Sample,
): number {
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
