import {
  createRecordScanner,
  findHeader,
  maxRecordBytes,
  recordTooLong,
  tableEmpty,
} from '@meshdeck/shared/csv';
import { createRowMarks, type RowMarks } from './row-marks.js';

/** What one pass over a table finds. */
export interface RecordScan {
  bytes: number;
  rows: number;
  /** All that stands before the first row: byte order mark, empty lines, header, its line ending. */
  head: Buffer;
  /** The header's place in `head`, line ending included. */
  header: { start: number; end: number };
  /** The first bytes, which hold the head: what a dialect is detected in. */
  sample: Buffer;
  /** Ends with a line ending (or has no rows and no line ending to miss). */
  endsInNewline: boolean;
  /** A quote is never closed. */
  quoteOpen: boolean;
  /** Holds a zero byte, which text does not. */
  zeroBytes: boolean;
  marks: RowMarks;
}

/** The agent's reader looks at so many bytes, or more when the header is longer. */
const sampleBytes = 256 * 1024;
const newline = 0x0a;

/**
 * Finds a table's header, counts its rows and marks where they begin, in constant memory. Chunks may be reused by
 * whoever gives them.
 *
 * @throws MeshdeckError csv-empty without a header, csv-malformed when it does not end within 8 MB.
 */
export async function scanRecords(chunks: AsyncIterable<Uint8Array>): Promise<RecordScan> {
  let first = Buffer.alloc(0);
  let scan: RowScan | undefined;
  for await (const chunk of chunks) {
    if (scan !== undefined) {
      scan.take(chunk);
      continue;
    }
    first = Buffer.concat([first, chunk]);
    const { end, line } = findHeader(first);
    if (end >= 0 && first.length >= sampleBytes) scan = startRows(first, end);
    else if (end < 0 && first.length >= maxRecordBytes) throw recordTooLong(line);
  }
  const { start, end } = findHeader(first);
  if (first.toString('latin1', start).trim() === '') throw tableEmpty();
  const headEnd = end < 0 ? first.length : end;
  scan ??= startRows(first, headEnd);
  return {
    ...scan.finish(),
    head: Buffer.from(first.subarray(0, headEnd)),
    header: { start, end: headEnd },
    sample: Buffer.from(first.subarray(0, Math.max(headEnd, sampleBytes))),
  };
}

interface RowScan {
  take(chunk: Uint8Array): void;
  finish(): Pick<RecordScan, 'bytes' | 'rows' | 'endsInNewline' | 'quoteOpen' | 'zeroBytes' | 'marks'>;
}

/** Scans the rows in `first` behind its head, then what is given. */
function startRows(first: Buffer, headEnd: number): RowScan {
  const scanner = createRecordScanner();
  const headLines = countLines(first.subarray(0, headEnd));
  const marks = createRowMarks({ row: 0, offset: headEnd, lines: headLines });
  let bytes = headEnd;
  let lastByte = first[headEnd - 1];
  let zeroBytes = first.subarray(0, headEnd).includes(0);

  const take = (chunk: Uint8Array): void => {
    for (let at = 0; at < chunk.length;) {
      at += scanner.take(at === 0 ? chunk : chunk.subarray(at), marks.next());
      const row = scanner.rows();
      if (row === marks.next()) marks.add({ row, offset: bytes + at, lines: headLines + scanner.lines() });
    }
    bytes += chunk.length;
    lastByte = chunk.at(-1) ?? lastByte;
    zeroBytes ||= chunk.includes(0);
  };
  take(first.subarray(headEnd));
  return {
    take,
    finish: () => ({
      bytes,
      rows: scanner.finish(),
      endsInNewline: lastByte === newline,
      quoteOpen: scanner.quoted(),
      zeroBytes,
      marks,
    }),
  };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === newline) lines++;
  return lines;
}
