import type { FileHandle } from 'node:fs/promises';
import { cellText, createCellBatch } from './cell-batch.js';
import type { ResultTable } from './open-result.js';
import { splitCells } from './split-cells.js';

/** The cells of one row whose place in the file is known. */
export async function readRow(
  file: FileHandle,
  table: Pick<ResultTable, 'delimiter' | 'names'>,
  place: { offset: number; length: number },
): Promise<string[]> {
  const bytes = Buffer.alloc(place.length + 1, '\n');
  await file.read(bytes, 0, place.length, place.offset);
  const batch = createCellBatch(table.names.length, 1);
  splitCells(bytes, { at: 0, line: 1, offset: 0 }, table.delimiter, true, batch);
  return table.names.map((_, column) => (batch.rows === 0 ? '' : cellText(batch, column)));
}

/** A text of at most so many characters, its end marked where it goes on. Never half of a character. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 2);
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 2 : most - 1)}…`;
}
