import { readSync } from 'node:fs';

const windowBytes = 256 * 1024;

/** A part of a file by positions from its own start, read a window at a time. */
export interface FileBytes {
  readonly length: number;
  /** The byte at `at`. @throws RangeError behind the end */
  byte(at: number): number;
  slice(from: number, to: number): Uint8Array;
}

export function createFileBytes(descriptor: number, start: number, length: number): FileBytes {
  const window = Buffer.alloc(Math.min(windowBytes, length));
  let from = 0;
  let to = 0;

  return {
    length,
    byte(at) {
      if (at < from || at >= to) {
        if (at < 0 || at >= length) throw new RangeError(`byte ${at} of ${length}`);
        from = at;
        const wanted = Math.min(window.length, length - at);
        to = at + readSync(descriptor, window, 0, wanted, start + at);
        if (to <= at) throw new RangeError(`byte ${at} of ${length}`);
      }
      return window[at - from] as number;
    },
    slice(first, end) {
      if (first < 0 || end > length || end < first)
        throw new RangeError(`bytes ${first} to ${end} of ${length}`);
      const bytes = new Uint8Array(end - first);
      for (let done = 0; done < bytes.length;) {
        const read = readSync(descriptor, bytes, done, bytes.length - done, start + first + done);
        if (read === 0) throw new RangeError(`bytes ${first} to ${end} of ${length}`);
        done += read;
      }
      return bytes;
    },
  };
}
