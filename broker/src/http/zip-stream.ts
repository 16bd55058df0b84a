import type { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A file to be put into an archive. */
export interface ZipEntry {
  /** With forward slashes. */
  path: string;
  bytes: number;
  open: () => Promise<Readable>;
}

interface Written {
  name: Buffer;
  crc: number;
  packedBytes: number;
  bytes: number;
  offset: number;
  isLarge: boolean;
}

const largest32 = 0xffffffff;
/** A file that is larger may pass 4 GiB once it is packed. */
const usuallyLargeFrom = 0xf0000000;
/** UTF-8 name, sizes behind the bytes [APPNOTE 4.4.4]. */
const flags = 0x0808;
const deflated = 8;

/** `date` as MS-DOS has it, in local time, no earlier than it can say. */
function dosTime(date: Date): { time: number; day: number } {
  const year = Math.min(127, Math.max(0, date.getFullYear() - 1980));
  return {
    time: (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
    day: (year << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
  };
}

/** Fields one after another, little-endian, as `[bytes, value]`. */
function pack(...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}

/**
 * A zip archive [APPNOTE.TXT 6.3], written as it is read: one file in memory's buffers at a time, whatever their sizes and
 * number. Zip64 where a file, the archive or the number of files asks for it.
 * @param at the time all entries carry
 */
export async function* zipStream(
  entries: Iterable<ZipEntry>,
  at: Date,
  { largeFrom = usuallyLargeFrom }: { largeFrom?: number } = {},
): AsyncGenerator<Buffer> {
  const { time, day } = dosTime(at);
  const written: Written[] = [];
  let offset = 0;
  const out = (buffer: Buffer): Buffer => {
    offset += buffer.length;
    return buffer;
  };

  for (const { path, bytes: announced, open } of entries) {
    const name = Buffer.from(path);
    const isLarge = announced >= largeFrom;
    const entry: Written = { name, crc: 0, packedBytes: 0, bytes: 0, offset, isLarge };
    const extra = isLarge ? pack([2, 1], [2, 16], [8, 0], [8, 0]) : Buffer.alloc(0);
    const size = isLarge ? largest32 : 0;
    yield out(
      Buffer.concat([
        pack([4, 0x04034b50], [2, isLarge ? 45 : 20], [2, flags], [2, deflated], [2, time], [2, day]),
        pack([4, 0], [4, size], [4, size], [2, name.length], [2, extra.length]),
        name,
        extra,
      ]),
    );
    const source = await open();
    const deflate = createDeflateRaw({ level: 1 });
    source.on('data', (chunk: Buffer) => {
      entry.crc = crc32(chunk, entry.crc);
      entry.bytes += chunk.length;
    });
    source.once('error', (error) => deflate.destroy(error));
    source.pipe(deflate);
    try {
      for await (const chunk of deflate) {
        entry.packedBytes += (chunk as Buffer).length;
        yield out(chunk as Buffer);
      }
    } finally {
      source.destroy();
    }
    const width = isLarge ? 8 : 4;
    yield out(pack([4, 0x08074b50], [4, entry.crc], [width, entry.packedBytes], [width, entry.bytes]));
    written.push(entry);
  }

  const start = offset;
  for (const { name, crc, packedBytes, bytes, offset: place, isLarge } of written) {
    const isFar = place >= largest32;
    const more = [
      ...(isLarge
        ? ([
            [8, bytes],
            [8, packedBytes],
          ] as const)
        : []),
      ...(isFar ? ([[8, place]] as const) : []),
    ];
    const extra = more.length === 0 ? Buffer.alloc(0) : pack([2, 1], [2, more.length * 8], ...more);
    const needed = isLarge || isFar ? 45 : 20;
    yield out(
      Buffer.concat([
        pack(
          [4, 0x02014b50],
          [2, 0x0300 | needed],
          [2, needed],
          [2, flags],
          [2, deflated],
          [2, time],
          [2, day],
        ),
        pack([4, crc], [4, isLarge ? largest32 : packedBytes], [4, isLarge ? largest32 : bytes]),
        // Plain files that their owner may read and write.
        pack([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0o100644 * 0x10000]),
        pack([4, isFar ? largest32 : place]),
        name,
        extra,
      ]),
    );
  }
  yield out(endOf({ count: written.length, start, bytes: offset - start, end: offset }));
}

function endOf({ count, start, bytes, end }: Record<'count' | 'start' | 'bytes' | 'end', number>): Buffer {
  const isLarge = count >= 0xffff || start >= largest32 || bytes >= largest32;
  const large = pack(
    ...([
      [4, 0x06064b50],
      [8, 44],
      [2, 45],
      [2, 45],
      [4, 0],
      [4, 0],
      [8, count],
      [8, count],
    ] as const),
    ...([
      [8, bytes],
      [8, start],
      [4, 0x07064b50],
      [4, 0],
      [8, end],
      [4, 1],
    ] as const),
  );
  const shownCount = Math.min(count, 0xffff);
  return Buffer.concat([
    isLarge ? large : Buffer.alloc(0),
    pack([4, 0x06054b50], [2, 0], [2, 0], [2, shownCount], [2, shownCount]),
    pack([4, Math.min(bytes, largest32)], [4, Math.min(start, largest32)], [2, 0]),
  ]);
}
