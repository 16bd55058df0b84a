import type { ReadingOptions, TableReading } from '@meshdeck/shared';
import { firstLines } from './first-lines.js';
import { openCsv } from './read-csv.js';
import { memorySource } from './table-source.js';

/** Enough to see a preamble and the rows below it; a header further down is shown with what stands around it. */
const usualLines = 24;
const mostLines = 40;

/** The lines a person looks at to see whether the table is read right. */
export function linesToShow(
  bytes: Uint8Array,
  reading: Pick<TableReading, 'encoding' | 'firstRowLine'> | undefined,
  told: ReadingOptions,
): string[] {
  const encoding = reading?.encoding ?? told.encoding ?? 'utf-8';
  const most = Math.min(mostLines, Math.max(usualLines, (reading?.firstRowLine ?? 0) + 3));
  return firstLines(bytes, encoding, most);
}

/** A table as it stands, without a model. */
export interface TableLook {
  table: TableReading;
  rows: number;
}

/**
 * Reads a table in memory from its first line to its last. `complete`: these are all of its rows.
 *
 * @throws MeshdeckError csv-empty, csv-malformed, csv-ambiguous
 */
export async function lookAtTable(
  bytes: Buffer,
  { told, complete }: { told: ReadingOptions; complete: boolean },
): Promise<TableLook> {
  const reader = await openCsv({ source: memorySource(bytes), told, hasAllRows: complete });
  try {
    let rows = 0;
    for await (const block of reader.blocks()) rows += block.rows;
    return { table: reader.reading(), rows };
  } finally {
    await reader.close();
  }
}
