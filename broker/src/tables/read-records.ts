import {
  bomLength,
  createRecordScanner,
  detectDialect,
  maxRecordBytes,
  recordTooLong,
  withoutLineEnding,
  type RowRules,
} from '@meshdeck/shared/csv';
import { readChunks, type ChunkRequest } from './read-chunks.js';

const newline = 0x0a;
const carriageReturn = 0x0d;

/** A record without empty lines before it and without its line ending. */
function trimmed(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === newline || (bytes[start] === carriageReturn && bytes[start + 1] === newline))
    start += 1;
  return bytes.subarray(start, withoutLineEnding(bytes, bytes.length));
}

function rulesOf(head: Buffer): RowRules {
  return { delimiter: detectDialect(head).delimiter.charCodeAt(0), fields: 1, trailing: 0, header: null };
}

/**
 * A table's records in order, header first, as many at a time as a chunk of the file holds. They are valid until the
 * next ones are asked for.
 *
 * @throws MeshdeckError csv-malformed when a record is longer than 8 MB, cancelled when the signal aborts
 */
export async function* readRecords(request: ChunkRequest): AsyncGenerator<Buffer[], void, undefined> {
  let scanner = createRecordScanner();
  let carried = Buffer.alloc(0);
  let begun = false;
  for await (const chunk of readChunks(request)) {
    const records: Buffer[] = [];
    let at = begun ? 0 : bomLength(chunk);
    // Quotes that begin no value are text.
    if (!begun) scanner = createRecordScanner(rulesOf(chunk));
    begun = true;
    while (at < chunk.length) {
      const wanted = scanner.rows() + 1;
      const taken = scanner.take(chunk.subarray(at), wanted);
      const bytes = chunk.subarray(at, at + taken);
      at += taken;
      const whole = carried.length === 0 ? bytes : Buffer.concat([carried, bytes]);
      if (scanner.rows() === wanted) {
        records.push(trimmed(whole));
        carried = Buffer.alloc(0);
      } else {
        if (whole.length > maxRecordBytes) throw recordTooLong(scanner.lines() + 1);
        // The chunk is written over; what is left of it must outlive it.
        carried = Buffer.from(whole);
      }
    }
    if (records.length > 0) yield records;
  }
  const rows = scanner.rows();
  if (scanner.finish() > rows) yield [trimmed(carried)];
}
