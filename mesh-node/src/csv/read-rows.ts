import {
  createCarriageReturnEnds,
  createTableDecoder,
  maxRecordBytes,
  recordTooLong,
  undecodable,
  UndecodableBytes,
  unclosedQuote,
  type TableDecoder,
  type TableForm,
} from '@meshdeck/shared/csv';
import { createCsvBlock, type CsvBlock } from './csv-block.js';
import { nodeChecks } from './open-form.js';
import { splitRecords, type SplitRules } from './split-records.js';

const newline = 0x0a;
const lineFeed = Buffer.from('\n');

/** A table's rows, and how far they are read. */
export interface RowReader {
  /**
   * The rows in order, some thousand at a time. Nothing is read ahead of the consumer by more than one piece. A block is
   * valid until the next one is asked for.
   */
  blocks(): AsyncGenerator<CsvBlock, void, undefined>;
  /** Bytes of the file that were read and split. */
  bytesDone(): number;
  decoder: TableDecoder;
}

/** `pieces`: the file's bytes from its first one on, without what stands below the rows. */
export function createRowReader(
  form: TableForm,
  rules: SplitRules,
  pieces: AsyncIterable<Buffer>,
): RowReader {
  const decoder = createTableDecoder(form, nodeChecks);
  const endLines =
    form.lineEnding === '\r' ? createCarriageReturnEnds(form.delimiter.charCodeAt(0)) : () => undefined;
  const block = createCsvBlock(form.fields);
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  let read = 0;
  let left = form.firstRowLine - 1;

  function decode(piece: Buffer | null): Buffer {
    try {
      const bytes = piece === null ? decoder.finish() : decoder.decode(piece);
      // The same memory: only the view differs.
      const utf8 = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
      if (form.lineEnding !== '\r') return utf8;
      const own = Buffer.from(utf8);
      endLines(own);
      return own;
    } catch (error) {
      if (!(error instanceof UndecodableBytes)) throw error;
      throw undecodable(error, line + countLines(rest) + error.linesBefore);
    }
  }

  /** The bytes behind the lines above the first row. */
  function behindTop(bytes: Buffer): Buffer {
    let at = 0;
    for (; left > 0; left--) {
      const feed = bytes.indexOf(newline, at);
      if (feed < 0) return bytes.subarray(bytes.length);
      line++;
      at = feed + 1;
    }
    return at === 0 ? bytes : bytes.subarray(at);
  }

  /** Splits what is there; true where it gave a block. */
  function split(more: Buffer, atEnd: boolean): boolean {
    const bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
    const lacksEnd = atEnd && bytes.length > 0 && bytes.at(-1) !== newline;
    const whole = lacksEnd
      ? Buffer.concat([bytes, lineFeed])
      : bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
    const end = splitRecords(whole, rules, line, atEnd, block);
    ({ line } = end);
    rest = bytes.subarray(end.at);
    if (rest.length > maxRecordBytes)
      throw end.openQuote > 0 ? unclosedQuote(end.openQuote) : recordTooLong(line);
    return block.rows > 0 || block.empty.before.length > 0;
  }

  return {
    decoder,
    bytesDone: () => Math.max(0, read - rest.length),
    async *blocks() {
      for await (const piece of pieces) {
        read += piece.length;
        if (split(behindTop(decode(piece)), false)) yield block;
      }
      if (split(behindTop(decode(null)), true)) yield block;
    },
  };
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++;
  return lines;
}
