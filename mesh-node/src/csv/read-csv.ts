import type { DecimalSign, ReadingOptions, TableReading } from '@meshdeck/shared';
import {
  createColumnEvidence,
  describeTable,
  markBytes,
  tableWithoutRows,
  type CsvDialect,
  type TableForm,
} from '@meshdeck/shared/csv';
import type { CsvBlock } from './csv-block.js';
import { openForm } from './open-form.js';
import { createRowReader, type RowReader } from './read-rows.js';
import type { SplitRules } from './split-records.js';
import type { TableSource } from './table-source.js';

/** Bytes read at a time: some thousand rows of a usual table, and small beside the runner's own memory. */
const defaultChunkBytes = 256 * 1024;

export interface CsvReader {
  readonly form: TableForm;
  /** What a result is written in. */
  readonly dialect: CsvDialect;
  /** Column names as the header has them, unquoted and untrimmed; counted ones where the table has none. */
  readonly header: string[];
  /** A line of names for the result, without its line ending: the table's own where it names every column. */
  readonly headerBytes: Buffer;
  readonly sizeBytes: number;
  /** Bytes of the file handed out so far, for progress. */
  bytesDone(): number;
  /**
   * The records in order, some thousand at a time. Nothing is read ahead of the consumer by more than one chunk. A
   * block is valid until the next one is asked for. It may have empty rows alone; the first one has a row.
   */
  blocks(): AsyncGenerator<CsvBlock, void, undefined>;
  /** How the table was read, as far as it was. `numbers`: how its numbers were. */
  reading(numbers?: { decimal: DecimalSign | null; thousands: string | null }): TableReading;
  /** For each column a mask of `evidence` over all rows. Reads the table once, or takes what came with its form. */
  evidence(): Promise<number[]>;
  close(): Promise<void>;
}

export interface CsvOptions {
  source: TableSource;
  /** What was said about how the table is to be read. */
  told?: ReadingOptions;
  /** The form of the table that this is a part of. */
  form?: TableForm;
  /** These are all of the table's rows, and not its first and last ones. */
  hasAllRows?: boolean;
  chunkBytes?: number;
}

/**
 * Opens a table of any size for reading in constant memory, however it is written: its form is found (`findForm`), told,
 * or given. Everything comes out as UTF-8. Closes the source where it throws.
 *
 * @throws MeshdeckError csv-empty (no header); csv-malformed (no text, or an unreadable header); csv-ambiguous. `blocks()`
 *   throws csv-malformed with the line number, and csv-empty when there is a header but no row.
 */
export async function openCsv(options: CsvOptions): Promise<CsvReader> {
  const { source } = options;
  try {
    return await open(options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function open({
  source,
  told = {},
  form: given,
  hasAllRows = true,
  chunkBytes = defaultChunkBytes,
}: CsvOptions): Promise<CsvReader> {
  const { sizeBytes } = source;
  const opened = await openForm(source, { told, hasAllRows, ...(given !== undefined && { form: given }) });
  const { form, columns, line, head, header } = opened;
  const { delimiter, fields, trailing, lineEnding, encoding, bom } = form;
  const rules: SplitRules = {
    ...{ delimiter: delimiter.charCodeAt(0), fields, trailing, header },
    hasHeader: form.headerLine !== null,
  };
  const from = bom ? markBytes(head, encoding) : 0;
  const end = sizeBytes - form.footerBytes;
  const rows = createRowReader(form, rules, piecesOf(source, head, { from, end, chunkBytes }));
  const seen = { blankRows: 0, repeatedHeaders: 0 };
  let isDone = false;

  return {
    form,
    dialect: {
      delimiter,
      lineEnding: lineEnding === '\r' ? '\n' : lineEnding,
      bom: bom && encoding === 'utf-8',
    },
    header: columns,
    headerBytes: Buffer.from(line),
    sizeBytes,
    bytesDone: () => (isDone ? sizeBytes : from + rows.bytesDone()),
    async *blocks() {
      let all = 0;
      for await (const block of rows.blocks()) {
        all += block.rows;
        seen.blankRows += block.empty.before.length;
        seen.repeatedHeaders += block.repeatedHeaders;
        yield block;
      }
      isDone = true;
      if (all === 0) throw tableWithoutRows();
    },
    reading: (numbers) =>
      describeTable({ ...form, encoding: rows.decoder.encoding() }, columns, {
        seen,
        ...(numbers !== undefined && { numbers }),
      }),
    evidence: async () =>
      form.evidence ?? gatherEvidence(createRowReader(form, rules, piecesAgain(source, from, end)), fields),
    close: () => source.close(),
  };
}

/** The bytes that were read for the form, then the rest, the next piece read while this one is worked on. */
async function* piecesOf(
  source: TableSource,
  head: Buffer,
  { from, end, chunkBytes }: { from: number; end: number; chunkBytes: number },
): AsyncGenerator<Buffer, void, undefined> {
  let left = end - head.length;
  const first = head.subarray(from, Math.min(head.length, end));
  const read = () => (left > 0 ? source.read(Math.min(chunkBytes, left)) : Promise.resolve(Buffer.alloc(0)));
  let next = read();
  next.catch(() => undefined); // awaited, and thrown, below
  for (let at = 0; at < first.length; at += chunkBytes) yield first.subarray(at, at + chunkBytes);
  for (;;) {
    const piece = await next;
    if (piece.length === 0) return;
    left -= piece.length;
    next = read();
    next.catch(() => undefined); // awaited, and thrown, in the next round
    yield piece;
  }
}

async function* piecesAgain(
  source: TableSource,
  from: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = from; at < end; at += defaultChunkBytes) {
    yield await source.readAt(at, Math.min(at + defaultChunkBytes, end));
  }
}

async function gatherEvidence(rows: RowReader, columns: number): Promise<number[]> {
  const evidence = createColumnEvidence(columns);
  for await (const { rows: count, cells, starts, ends } of rows.blocks()) {
    for (let cell = 0; cell < count * columns; cell++) {
      evidence.see(cell % columns, cells, starts[cell] as number, ends[cell] as number);
    }
  }
  return evidence.masks();
}
