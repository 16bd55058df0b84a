import { open } from 'node:fs/promises';

/** Where a table's bytes come from, read from its start to its end. */
export interface TableSource {
  sizeBytes: number;
  /** The next bytes, at most so many; none at the end. */
  read(most: number): Promise<Buffer>;
  /** Bytes from anywhere, the last one left out; `read` goes on where it was. Fewer only at the end. */
  readAt(start: number, end: number): Promise<Buffer>;
  close(): Promise<void>;
}

export async function fileSource(path: string): Promise<TableSource> {
  const file = await open(path, 'r');
  let position = 0;
  try {
    const { size: sizeBytes } = await file.stat();
    const readAt = async (start: number, end: number): Promise<Buffer> => {
      const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - start));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      return buffer.subarray(0, bytesRead);
    };
    return {
      sizeBytes,
      async read(most) {
        const bytes = await readAt(position, position + most);
        position += bytes.length;
        return bytes;
      },
      readAt,
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export function memorySource(bytes: Buffer): TableSource {
  let at = 0;
  return {
    sizeBytes: bytes.length,
    read(most) {
      const next = bytes.subarray(at, at + most);
      at += next.length;
      return Promise.resolve(next);
    },
    readAt: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    close: () => Promise.resolve(),
  };
}
