import type { HeaderData } from 'tar';
import { createByteReader, type ByteReader } from './byte-reader.js';
import { unreadable } from './problems.js';

export interface TarEntry {
  path: string;
  type: string;
  bytes: number;
  /** Rights as Unix has them; 0 where the header tells none. */
  mode: number;
  /** Read it before the next entry, or leave it. */
  body(): AsyncGenerator<Buffer>;
}

const block = 512;
/** A longer name record than this is no name. */
const maxRecordBytes = 64 * 1024;
/** Names of types as the `tar` package gives them: records about the entry that follows. */
const longPath = new Set(['NextFileHasLongPath', 'OldGnuLongPath']);
const paxRecord = new Set(['ExtendedHeader', 'OldExtendedHeader']);

/**
 * Entries of a tar stream, pulled one by one, so that nothing is read ahead of what the guard has allowed. Header
 * formats (ustar, PAX, GNU; POSIX.1-2017 pax) are the `tar` package's.
 *
 * @throws MeshdeckError `app-invalid`
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  filename: string,
): AsyncGenerator<TarEntry> {
  const { Header, Pax } = await import('tar');
  const reader = createByteReader(source);
  let own: HeaderData | undefined;
  let common: HeaderData | undefined;
  let seen = 0;
  for (;;) {
    const head = await reader.take(block);
    if (head === null || head.every((byte) => byte === 0)) {
      if (seen === 0 && head === null) throw unreadable(filename, 'tar archive');
      return;
    }
    const header = new Header(head, 0, own, common);
    const bytes = header.size ?? 0;
    if (!header.cksumValid || !Number.isSafeInteger(bytes) || bytes < 0) {
      throw unreadable(filename, 'tar archive');
    }
    seen += 1;
    if (header.type === 'GlobalExtendedHeader') {
      common = Pax.parse((await record(reader, bytes, filename)).toString('utf8'), common, true);
    } else if (paxRecord.has(header.type)) {
      own = Pax.parse((await record(reader, bytes, filename)).toString('utf8'), own, false);
    } else if (longPath.has(header.type)) {
      own = { ...own, path: (await record(reader, bytes, filename)).toString('utf8').replace(/\0.*$/s, '') };
    } else if (header.type === 'NextFileHasLongLinkpath') {
      await record(reader, bytes, filename);
    } else {
      own = undefined;
      let left = bytes;
      const body = async function* () {
        for await (const piece of reader.pieces(bytes)) {
          left -= piece.length;
          yield piece;
        }
      };
      yield { path: header.path ?? '', type: header.type, bytes, mode: header.mode ?? 0, body };
      for await (const _ of reader.pieces(left + padding(bytes))) void _;
    }
  }
}

async function record(reader: ByteReader, bytes: number, filename: string): Promise<Buffer> {
  if (bytes > maxRecordBytes) throw unreadable(filename, 'tar archive');
  const whole = await reader.take(bytes + padding(bytes));
  if (whole === null) throw unreadable(filename, 'tar archive');
  return whole.subarray(0, bytes);
}

function padding(bytes: number): number {
  return (block - (bytes % block)) % block;
}
