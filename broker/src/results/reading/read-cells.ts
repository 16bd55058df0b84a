import { open, type FileHandle } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import { maxRecordBytes, recordTooLong } from '@meshdeck/shared/csv';
import { createCellBatch, type CellBatch } from './cell-batch.js';
import { splitCells } from './split-cells.js';
import type { ResultTable } from './open-result.js';

const chunkBytes = 512 * 1024;

/** Where rows begin: a place in the file, the line it is on, and the number (from 1) of the row there. */
export interface RowMark {
  offset: number;
  line: number;
  row: number;
}

/**
 * A result's rows from `from` on (default: the first one), some at a time. Constant memory: a chunk of the file, or the
 * longest row, at most 8 MB.
 *
 * @throws MeshdeckError csv-malformed for a quote that never closes or a longer row; cancelled
 */
export async function* readCells(
  table: ResultTable,
  { signal, from = table.firstRow }: { signal: AbortSignal; from?: RowMark },
): AsyncGenerator<CellBatch, void, undefined> {
  const batch = createCellBatch(table.names.length);
  const file = await open(table.path, 'r');
  try {
    let buffer: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
    let held = 0;
    let { offset, line } = from;
    for (let atEnd = false; !atEnd || held > 0;) {
      stopIfAborted(signal);
      if (held === buffer.length) buffer = grown(buffer, line);
      const read: number = atEnd ? 0 : await fill(file, buffer, held, offset + held);
      atEnd ||= held + read < buffer.length;
      const bytes = buffer.subarray(0, held + read);
      let at = 0;
      let isOpen = false;
      for (;;) {
        const before = at;
        const end = splitCells(bytes, { at, line, offset }, table.delimiter, atEnd, batch);
        ({ at, line } = end);
        isOpen = end.isQuoteOpen;
        if (batch.rows > 0) yield batch;
        if (batch.rows < batch.offsets.length || at === before) break;
        stopIfAborted(signal);
      }
      if (atEnd && isOpen) throw neverClosed(line);
      buffer.copyWithin(0, at, bytes.length);
      held = bytes.length - at;
      offset += at;
      if (atEnd && at === 0) break;
    }
  } finally {
    await file.close();
  }
}

export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new MeshdeckError('cancelled', 'Nobody waits for the result any more.');
}

async function fill(file: FileHandle, buffer: Buffer, at: number, position: number): Promise<number> {
  let read = 0;
  while (at + read < buffer.length) {
    const { bytesRead } = await file.read(buffer, at + read, buffer.length - at - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return read;
}

/** A row longer than the buffer is read into a larger one. @throws MeshdeckError csv-malformed */
function grown(buffer: Buffer, line: number): Buffer {
  if (buffer.length > maxRecordBytes) throw recordTooLong(line);
  const larger = Buffer.allocUnsafeSlow(Math.min(buffer.length * 2, maxRecordBytes + chunkBytes));
  buffer.copy(larger);
  return larger;
}

function neverClosed(line: number): MeshdeckError {
  return new MeshdeckError('csv-malformed', `Line ${line} of the result opens a quote that is never closed.`);
}
