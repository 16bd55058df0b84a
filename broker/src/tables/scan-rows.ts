import { createRecordScanner, type RowRules } from '@meshdeck/shared/csv';
import { createRowMarks, type RowMarks } from './row-marks.js';

/** What one pass over a table's rows finds. */
export interface RowScan {
  rows: number;
  /** Rows, and empty ones that stay in a result. */
  records: number;
  /** A quote is never closed. */
  quoteOpen: boolean;
  sawQuote: boolean;
  marks: RowMarks;
}

/**
 * Counts rows and marks where they begin, in constant memory. `from`: where the first one begins. Chunks may be reused by
 * whoever gives them; `see` gets each.
 */
export async function scanRows(
  chunks: AsyncIterable<Uint8Array>,
  from: { offset: number; lines: number },
  rules: RowRules | undefined,
  see: (chunk: Uint8Array) => void = () => undefined,
): Promise<RowScan> {
  const scanner = createRecordScanner(rules);
  const marks = createRowMarks({ row: 0, ...from });
  let { offset } = from;
  for await (const chunk of chunks) {
    see(chunk);
    for (let at = 0; at < chunk.length;) {
      at += scanner.take(at === 0 ? chunk : chunk.subarray(at), marks.next());
      const row = scanner.rows();
      if (row === marks.next()) marks.add({ row, offset: offset + at, lines: from.lines + scanner.lines() });
    }
    offset += chunk.length;
  }
  const rows = scanner.finish();
  return {
    rows,
    records: scanner.records(),
    quoteOpen: scanner.quoted(),
    sawQuote: scanner.sawQuote(),
    marks,
  };
}
