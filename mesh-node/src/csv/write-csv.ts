import { MeshdeckError } from '@meshdeck/shared';
import type { CsvDialect } from '@meshdeck/shared/csv';
import { stringify } from 'csv-stringify/sync';
import { float32Bytes, writeFloat32 } from './format-number.js';
import type { TableSink } from './table-sink.js';

/** It grows to what a batch of rows takes. */
const firstBufferBytes = 16 * 1024;

/**
 * Writes a table row by row: `copy` the bytes of an input record, `field` more cells, `endRow`; `handOver` between
 * batches, so memory stays at two of them, and `drain` at the end.
 */
export interface CsvWriter {
  /** Begins a row with bytes that are CSV already. */
  copy(bytes: Buffer, start: number, end: number): void;
  /** Adds a delimiter and a cell whose text is ASCII and needs no quotes, such as a whole number. */
  plainField(text: string): void;
  /** Adds a delimiter and a 32-bit float in its shortest form. */
  floatField(value: number): void;
  /** Adds a delimiter and a cell, in quotes where it needs them. */
  textField(text: string): void;
  endRow(): void;
  /**
   * Begins to write what is gathered; waits for what was handed over before. @throws MeshdeckError app-output-limit when
   * the file passes its limit, and what the sink said of earlier bytes
   */
  handOver(): Promise<void>;
  /** Writes what is gathered, to its end. @throws as `handOver` */
  drain(): Promise<void>;
  bytesWritten(): number;
}

/** `limitBytes` is the largest table allowed. Whoever opened the sink completes or abandons it. */
export function createCsvWriter({
  sink,
  dialect,
  limitBytes,
}: {
  sink: Pick<TableSink, 'write'>;
  dialect: CsvDialect;
  limitBytes: number;
}): CsvWriter {
  const { delimiter, lineEnding } = dialect;
  const delimiterByte = delimiter.charCodeAt(0);
  const quoted = new Map<string, string>();
  let buffer = Buffer.allocUnsafeSlow(firstBufferBytes);
  let used = dialect.bom ? buffer.write('\ufeff', 0, 'utf8') : 0;
  let written = 0;
  /** Taken in turn: one is filled while the other is written. */
  let spare = Buffer.alloc(0);
  let writing: Promise<void> = Promise.resolve();

  const reserve = (bytes: number): void => {
    if (used + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, used + bytes));
    buffer.copy(larger, 0, 0, used);
    buffer = larger;
  };
  const write = (text: string): void => {
    reserve(text.length * 3);
    used += buffer.write(text, used, 'utf8');
  };
  async function handOver(): Promise<void> {
    if (written + used > limitBytes) throw tooLarge(limitBytes);
    await writing;
    if (used === 0) return;
    writing = sink.write(buffer.subarray(0, used));
    writing.catch(() => undefined); // thrown where it is awaited
    [buffer, spare] = [spare, buffer];
    written += used;
    used = 0;
  }

  return {
    copy(bytes, start, end) {
      reserve(end - start);
      used += bytes.copy(buffer, used, start, end);
    },
    plainField: (text) => {
      reserve(text.length + 1);
      used += buffer.write(delimiter + text, used, 'latin1');
    },
    floatField: (value) => {
      reserve(float32Bytes + 1);
      buffer[used++] = delimiterByte;
      used = writeFloat32(value, buffer, used);
    },
    textField: (text) => {
      // Class names come back a million times: quote each once.
      let field = quoted.get(text);
      if (field === undefined) {
        field = delimiter + quoteField(text, delimiter);
        if (quoted.size < 1000) quoted.set(text, field);
      }
      write(field);
    },
    endRow: () => {
      reserve(2);
      if (lineEnding === '\r\n') buffer[used++] = 0x0d;
      buffer[used++] = 0x0a;
    },
    handOver,
    async drain() {
      await handOver();
      await writing;
    },
    bytesWritten: () => written + used,
  };
}

/** One cell as CSV. */
export function quoteField(text: string, delimiter: string): string {
  if (/^[\w.-]+$/.test(text)) return text;
  // csv-stringify writes nothing for a lone empty cell and leaves a lone carriage return bare.
  return stringify([[text]], { delimiter, record_delimiter: '\n', eof: false, quoted_match: /[\r\n]/ });
}

function tooLarge(limitBytes: number): MeshdeckError {
  const limit =
    limitBytes >= 1e6 ? `${Math.round(limitBytes / 1e6)} MB` : `${Math.round(limitBytes / 1e3)} kB`;
  return new MeshdeckError(
    'app-output-limit',
    `The result grew past its limit of ${limit}. Split the input or raise the output limit.`,
  );
}
