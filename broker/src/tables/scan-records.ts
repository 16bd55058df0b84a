import {
  bomLength,
  createRecordScanner,
  maxRecordBytes,
  recordTooLong,
  tableEmpty,
  withoutLineEnding,
  type RowRules,
} from '@meshdeck/shared/csv';

/** What one pass over a result finds. */
export interface RecordScan {
  bytes: number;
  /** Records below the header. */
  rows: number;
  /** Bytes before the first of them. */
  headerBytes: number;
  /** The header without mark and line ending. */
  header: Buffer;
  /** The header's line ending; LF where it has none. */
  lineEnding: '\n' | '\r\n';
  /** Ends with a line ending (or has no rows and no line ending to miss). */
  endsInNewline: boolean;
}

const newline = 0x0a;

/**
 * Finds a result's header and counts its records, in constant memory. Chunks may be reused by whoever gives them.
 * `delimiter` of a result whose values may hold quotes that are text.
 *
 * @throws MeshdeckError csv-empty without a header, csv-malformed when it does not end within 8 MB.
 */
export async function scanRecords(
  chunks: AsyncIterable<Uint8Array>,
  delimiter?: string,
): Promise<RecordScan> {
  const rules: RowRules | undefined =
    delimiter === undefined
      ? undefined
      : { delimiter: delimiter.charCodeAt(0), fields: 1, trailing: 0, header: null };
  const scanner = createRecordScanner(rules);
  let top = Buffer.alloc(0);
  let bytes = 0;
  let lastByte: number | undefined;
  for await (const chunk of chunks) {
    let at = 0;
    if (scanner.rows() === 0) {
      at = bytes === 0 ? bomLength(chunk) : 0;
      at += scanner.take(chunk.subarray(at), 1);
      top = Buffer.concat([top, chunk.subarray(0, at)]);
      if (top.length > maxRecordBytes) throw recordTooLong(1);
    }
    scanner.take(chunk.subarray(at));
    bytes += chunk.length;
    lastByte = chunk.at(-1) ?? lastByte;
  }
  const rows = scanner.finish() - 1;
  if (top.toString('latin1', bomLength(top)).trim() === '') throw tableEmpty();
  const end = withoutLineEnding(top, top.length);
  const start = headerStart(top);
  return {
    bytes,
    rows,
    headerBytes: top.length,
    header: top.subarray(start, end),
    lineEnding: top.length - end > 1 ? '\r\n' : '\n',
    endsInNewline: lastByte === newline,
  };
}

/** Behind the mark and empty lines. */
function headerStart(top: Buffer): number {
  let start: number = bomLength(top);
  while (start < top.length && (top[start] === newline || top[start] === 0x0d)) start++;
  return start;
}
