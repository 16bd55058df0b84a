import { createRecordScanner } from '@meshdeck/shared/csv';

/** Counts the records of a CSV as its bytes go by, the header left out [RFC 4180]: a line break inside quotes is none. */
export interface RowCounter {
  push: (chunk: Uint8Array) => void;
  /** Once all has gone by. */
  rows: () => number;
}

export function createRowCounter(): RowCounter {
  const scanner = createRecordScanner();
  return {
    push: (chunk) => void scanner.take(chunk),
    rows: () => Math.max(0, scanner.finish() - 1),
  };
}
