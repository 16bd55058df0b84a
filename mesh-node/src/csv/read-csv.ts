import {
  detectDialect,
  findHeader,
  lastRecordEnd,
  maxRecordBytes,
  recordTooLong,
  tableEmpty,
  tableWithoutRows,
  withoutLineEnding,
  type CsvDialect,
} from '@meshdeck/shared/csv';
import { createCsvBlock, type CsvBlock } from './csv-block.js';
import { parseQuotedRecords, readQuotedRecords } from './parse-quoted-records.js';
import { splitRecords } from './split-records.js';
import type { TableSource } from './table-source.js';

const newline = 0x0a;
const quote = 0x22;
/** Bytes read at a time: some thousand rows of a usual table, and small beside the runner's own memory. */
const defaultChunkBytes = 256 * 1024;

export interface CsvReader {
  readonly dialect: CsvDialect;
  /** Column names as the header has them, unquoted and untrimmed. */
  readonly header: string[];
  /** The header's bytes without mark and line ending. */
  readonly headerBytes: Buffer;
  /** The line of the file (from 1) on which the header begins, and the one behind it. */
  readonly headerLine: number;
  readonly firstRowLine: number;
  readonly sizeBytes: number;
  /** Bytes of the file handed out so far, for progress. */
  bytesDone(): number;
  /**
   * The records in order, some thousand at a time. Nothing is read ahead of the consumer by more than one chunk. A
   * block is valid until the next one is asked for. Blocks have at least one row.
   */
  blocks(): AsyncGenerator<CsvBlock, void, undefined>;
  close(): Promise<void>;
}

/**
 * Opens a table of any size for reading in constant memory: UTF-8, `,` `;` or tab (found in the header), quotes as in
 * RFC 4180, LF or CRLF, with or without a byte order mark. Empty lines are skipped.
 *
 * @throws MeshdeckError csv-empty (no header); csv-malformed (no text, or an unreadable header). `blocks()` throws
 *   csv-malformed with the line number, and csv-empty when there is a header but no row.
 */
export async function openCsv({
  source,
  chunkBytes = defaultChunkBytes,
}: {
  source: TableSource;
  chunkBytes?: number;
}): Promise<CsvReader> {
  try {
    return await readHeader(source, chunkBytes);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readHeader(source: TableSource, most: number): Promise<CsvReader> {
  const { sizeBytes } = source;
  // A small table is read at once into as much as it needs: big buffers would cost more than the work on it.
  const chunkBytes = Math.min(most, sizeBytes + 1);
  let head = Buffer.alloc(0);
  let atEnd = false;
  let found = findHeader(head);
  while (!atEnd && found.end < 0 && head.length < maxRecordBytes) {
    const chunk = await source.read(chunkBytes);
    atEnd = chunk.length === 0;
    head = Buffer.concat([head, chunk]);
    found = findHeader(head);
  }
  const dialect = detectDialect(head);
  if (found.end < 0 && !atEnd) throw recordTooLong(found.line);
  if (head.toString('latin1', found.start).trim() === '') throw tableEmpty();
  const end = found.end < 0 ? head.length : found.end;
  const record = head.subarray(found.start, end);
  const header = readNames(record, dialect.delimiter, found.line);
  let { line } = found;
  for (const byte of record) if (byte === newline) line++;
  let bytesDone = end;
  const first = { rest: Buffer.from(head.subarray(end)), line };
  const headerBytes = Buffer.from(record.subarray(0, withoutLineEnding(record, record.length)));
  return {
    dialect,
    header,
    headerBytes,
    headerLine: found.line,
    firstRowLine: line,
    sizeBytes,
    bytesDone: () => bytesDone,
    blocks: () =>
      readBlocks({ source, chunkBytes, dialect, columns: header.length, ...first }, (bytes) => {
        bytesDone += bytes;
      }),
    close: () => source.close(),
  };
}

/** Most headers have no quotes and are done without a parser, which would cost more than many a small table. */
function readNames(record: Buffer, delimiter: string, line: number): string[] {
  if (record.includes(quote)) return readQuotedRecords(record, delimiter, line)[0]?.fields ?? [];
  return record.toString('utf8', 0, withoutLineEnding(record, record.length)).split(delimiter);
}

interface BlockSource {
  source: TableSource;
  chunkBytes: number;
  dialect: CsvDialect;
  columns: number;
  rest: Buffer;
  line: number;
}

async function* readBlocks(
  { source, chunkBytes, dialect, columns, rest, line }: BlockSource,
  done: (bytes: number) => void,
): AsyncGenerator<CsvBlock, void, undefined> {
  const block = createCsvBlock(columns);
  let rows = 0;
  let next = source.read(chunkBytes);
  for (let atEnd = false; !atEnd;) {
    const chunk = await next;
    atEnd = chunk.length === 0;
    if (!atEnd) next = source.read(chunkBytes);
    next.catch(() => undefined); // awaited, and thrown, in the next round
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let end = atEnd ? bytes.length : lastRecordEnd(bytes);
    if (end === 0 && bytes.length > maxRecordBytes) end = bytes.length;
    rest = bytes.subarray(end);
    if (end === 0) continue;
    const records = bytes.subarray(0, end);
    line = fillBlock(records, dialect.delimiter, line, block);
    if (end > maxRecordBytes && block.rows === 1) throw recordTooLong(block.lines[0] ?? line);
    rows += block.rows;
    done(end);
    if (block.rows > 0) yield block;
  }
  if (rows === 0) throw tableWithoutRows();
}

function fillBlock(records: Buffer, delimiter: string, firstLine: number, block: CsvBlock): number {
  return (
    splitRecords(records, delimiter.charCodeAt(0), firstLine, block) ??
    parseQuotedRecords(records, delimiter, firstLine, block)
  );
}
