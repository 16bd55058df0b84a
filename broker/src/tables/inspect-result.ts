import { withoutLineEnding } from '@meshdeck/shared/csv';
import { readChunks } from './read-chunks.js';
import { scanRecords } from './scan-records.js';

/** A shard's result, looked over. */
export interface ShardResult {
  path: string;
  bytes: number;
  rows: number;
  /** Bytes before the first row. */
  headerBytes: number;
  /** The header without mark and line ending. */
  header: Buffer;
  /** The header's line ending; LF where it has none. */
  lineEnding: '\n' | '\r\n';
  endsInNewline: boolean;
}

/** Reads a shard's result once. @throws MeshdeckError csv-empty, csv-malformed, cancelled. */
export async function inspectResult(path: string, signal?: AbortSignal): Promise<ShardResult> {
  const { bytes, rows, head, header, endsInNewline } = await scanRecords(readChunks({ path, signal }));
  const end = withoutLineEnding(head, header.end);
  return {
    path,
    bytes,
    rows,
    headerBytes: head.length,
    header: head.subarray(header.start, end),
    lineEnding: header.end - end === 2 ? '\r\n' : '\n',
    endsInNewline,
  };
}
