import { open } from 'node:fs/promises';

/** Where a table's bytes come from, read from its start to its end. */
export interface TableSource {
  sizeBytes: number;
  /** The next bytes, at most so many; none at the end. */
  read(most: number): Promise<Buffer>;
  close(): Promise<void>;
}

export async function fileSource(path: string): Promise<TableSource> {
  const file = await open(path, 'r');
  try {
    const { size: sizeBytes } = await file.stat();
    return {
      sizeBytes,
      async read(most) {
        const buffer = Buffer.allocUnsafeSlow(most);
        const { bytesRead } = await file.read(buffer, 0, most, null);
        return buffer.subarray(0, bytesRead);
      },
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
    close: () => Promise.resolve(),
  };
}
