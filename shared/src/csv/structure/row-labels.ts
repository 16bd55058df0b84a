import { cellKind } from './cell-kinds.js';
import type { TextRecord } from '../read-fields.js';

const idNames = /^(?:#|id|index|idx|nr|no|num|number|row|key|\W*)$/i;

/**
 * Whether the first column holds the rows' own names, so that the header, one name short, begins with the second: as R's
 * write.table writes tables. Else a comma inside an unquoted value would have made one field two.
 */
export function hasRowLabels(
  header: TextRecord,
  rows: readonly TextRecord[],
  { text, delimiter }: { text: string; delimiter: string },
): boolean {
  const labels = rows.map(({ fields }) => fields[0] ?? '');
  if (rows.length === 0 || new Set(labels).size !== labels.length) return false;
  const isQuoted = (record: TextRecord) => text.slice(record.start, record.end).trimStart().startsWith('"');
  if (isQuoted(header) && rows.every(isQuoted)) return true;
  // One word above two columns may as well be a title.
  if (header.fields.length < 2) return false;
  // Blanks behind a delimiter here and there come from a sentence that was cut.
  const cells = rows.flatMap(({ fields }) => fields.slice(1));
  if (cells.some((cell) => cell.startsWith(' '))) return false;
  const second = rows.map(({ fields }) => cellKind(fields[1] ?? ''));
  if (isCounting(labels)) {
    if (idNames.test(header.fields[0]?.trim() ?? '')) return false;
    // Decimal commas would part numbers in two.
    const isPlain = delimiter !== ',' || cells.some((cell) => /\.\d|\p{L}/u.test(cell));
    return rows.length > 2 && isPlain;
  }
  if (areNumbered(labels)) return true;
  const areWords = labels.every((label) => cellKind(label) === 'text');
  return (
    areWords && second.every((kind) => kind === 'number' || kind === 'missing') && second.includes('number')
  );
}

/** `r1`, `r2`, `r3`: one word, numbered. */
function areNumbered(labels: readonly string[]): boolean {
  const parts = labels.map((label) => /^(\p{L}[^\d]*)(\d+)$/u.exec(label));
  const [first] = parts;
  const start = Number(first?.[2]);
  return (
    labels.length > 2 &&
    parts.every((part, at) => part?.[1] === first?.[1] && Number(part?.[2]) === start + at)
  );
}

/** 1, 2, 3... or 0, 1, 2... */
function isCounting(labels: readonly string[]): boolean {
  const first = Number(labels[0]);
  return (
    (first === 0 || first === 1) && labels.every((label, at) => Number(label) === first + at && label !== '')
  );
}
