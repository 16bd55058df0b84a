import { open, rename, rm } from 'node:fs/promises';

/** Where a table's bytes go, one piece after another. */
export interface TableSink {
  /** The bytes are the caller's again once this has resolved. */
  write(bytes: Buffer): Promise<void>;
  /** All is written: only now is there a table. */
  complete(): Promise<void>;
  /** Nothing of it stays. */
  abandon(): Promise<void>;
}

/** `path` appears only once the table is complete; until then it is written to `unfinished`, beside it. */
export async function fileSink(path: string, unfinished: string): Promise<TableSink> {
  const file = await open(unfinished, 'w');
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
        at += bytesWritten;
      }
    },
    async complete() {
      await file.close();
      await rename(unfinished, path);
    },
    async abandon() {
      await file.close();
      await rm(unfinished, { force: true });
    },
  };
}

/** Thrown in place of a table that is larger than its sink in memory takes. */
export class TableTooLarge extends Error {
  override readonly name = 'TableTooLarge';
}

export interface MemorySink extends TableSink {
  /** What was written. */
  bytes(): Buffer;
}

/** @throws TableTooLarge from `write`, past `mostBytes` */
export function memorySink(mostBytes: number): MemorySink {
  const pieces: Buffer[] = [];
  let length = 0;
  return {
    write(bytes) {
      length += bytes.length;
      if (length > mostBytes) return Promise.reject(new TableTooLarge());
      pieces.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    complete: () => Promise.resolve(),
    async abandon() {
      pieces.length = 0;
      await Promise.resolve();
    },
    bytes: () => Buffer.concat(pieces),
  };
}
