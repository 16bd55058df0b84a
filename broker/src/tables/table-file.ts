import { isAscii, isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import {
  hasEnoughLines,
  headBytes,
  maxRecordBytes,
  recordTooLong,
  tailBytes,
  type TableBytes,
} from '@meshdeck/shared/csv';

/** What Node does faster than the code that browsers share. */
export const nodeChecks = { isAscii, isUtf8 };

/** The first and last bytes of a table's file, in which its form is found, and its size. */
export type TableEnds = TableBytes & { head: Buffer; sizeBytes: number };

/** @throws MeshdeckError csv-malformed where a few lines take more than 8 MB */
export async function readEnds(path: string): Promise<TableEnds> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (start: number, end: number): Promise<Buffer> => {
      const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - start));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      return buffer.subarray(0, bytesRead);
    };
    let head = await read(0, Math.min(size, headBytes));
    while (head.length < size && !hasEnoughLines(head)) {
      if (head.length >= maxRecordBytes) throw recordTooLong(1);
      head = await read(0, Math.min(size, head.length * 4));
    }
    const isWhole = head.length >= size;
    const from = Math.max(head.length, size - tailBytes);
    // An even place in the file, for UTF-16.
    const tail = isWhole ? Buffer.alloc(0) : await read(from + (from % 2), size);
    return { head, tail, isWhole, hasAllRows: true, sizeBytes: size };
  } finally {
    await file.close();
  }
}
