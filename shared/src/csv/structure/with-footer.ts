import type { TableForm } from '../form.js';
import type { TextRecord } from '../read-fields.js';
import { totalOrRow } from './ambiguities.js';
import { findFooter } from './footer.js';
import { lastLines } from './last-lines.js';
import { beginsRecord, beginsRecordFromEnd } from './record-cut.js';
import { skippedBelow } from './skipped-lines.js';
import type { TableBytes } from './table-bytes.js';
import { rowsFrom } from './table-rows.js';

const mostSkipped = 50;
const mostLastLines = 80;

/**
 * The form with what stands below the rows. `text`: the table's start, `rows` the first of them.
 *
 * @throws MeshdeckError csv-ambiguous where the last row may add the others up
 */
export function withFooter(
  form: TableForm,
  bytes: TableBytes,
  text: string,
  rows: readonly TextRecord[],
): TableForm {
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
