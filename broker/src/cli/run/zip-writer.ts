import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** A zip archive as it is written: files as they are, since pictures are compressed already. */
export interface ZipWriter {
  add(name: string, content: Buffer): Promise<void>;
  /** Writes the list of files. Returns the archive's bytes. */
  finish(): Promise<number>;
}

/** What a zip archive holds without the fields for larger ones [APPNOTE 4.4.1.4]. */
export const mostZipFiles = 65_535;
export const mostZipBytes = 2 ** 32 - 1;

const utf8Names = 0x0800;
/** 1 January 1980: the same folder gives the same bytes. */
const date = 0x0021;

function header(
  signature: number,
  name: Buffer,
  content: { bytes: number; sum: number },
  extra: number,
): Buffer {
  const fixed = Buffer.alloc(extra === 0 ? 30 : 46);
  let at = fixed.writeUInt32LE(signature, 0);
  if (extra > 0) at = fixed.writeUInt16LE(0x0314, at);
  at = fixed.writeUInt16LE(20, at);
  at = fixed.writeUInt16LE(utf8Names, at);
  at = fixed.writeUInt16LE(0, at);
  at = fixed.writeUInt16LE(0, at);
  at = fixed.writeUInt16LE(date, at);
  at = fixed.writeUInt32LE(content.sum, at);
  at = fixed.writeUInt32LE(content.bytes, at);
  at = fixed.writeUInt32LE(content.bytes, at);
  fixed.writeUInt16LE(name.length, at);
  return fixed;
}

export function createZipWriter(file: Pick<FileHandle, 'write'>): ZipWriter {
  const list: Buffer[] = [];
  let at = 0;
  async function write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
      done += bytesWritten;
    }
    at += bytes.length;
  }
  return {
    async add(name, content) {
      const encoded = Buffer.from(name);
      const facts = { bytes: content.length, sum: crc32(content) };
      const entry = header(0x02014b50, encoded, facts, 16);
      entry.writeUInt32LE((0o100644 << 16) >>> 0, 38);
      entry.writeUInt32LE(at, 42);
      list.push(entry, encoded);
      await write(header(0x04034b50, encoded, facts, 0));
      await write(encoded);
      await write(content);
    },
    async finish() {
      const start = at;
      const count = list.length / 2;
      await write(Buffer.concat(list));
      const end = Buffer.alloc(22);
      end.writeUInt32LE(0x06054b50, 0);
      end.writeUInt16LE(count, 8);
      end.writeUInt16LE(count, 10);
      end.writeUInt32LE(at - start, 12);
      end.writeUInt32LE(start, 16);
      await write(end);
      return at;
    },
  };
}
