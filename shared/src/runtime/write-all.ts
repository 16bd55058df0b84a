/** What is needed of an open file: `FileHandle` of Node's `fs/promises`. */
export interface Writable {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ bytesWritten: number }>;
}

/**
 * Writes all of `bytes`. The system may take fewer than it was given, as on a disk that is filling up, and says so only by
 * how many it took [write(2)]; a caller that does not look takes half a record for a whole one.
 *
 * @param position where to write; null for the end of a file that is open for appending
 * @throws the system's error for what it would not take; then some of it may lie in the file
 */
export async function writeAll(
  file: Writable,
  bytes: Uint8Array,
  position: number | null = null,
): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const at = position === null ? null : position + written;
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at);
    if (bytesWritten <= 0) {
      throw Object.assign(new Error(`EIO: only ${written} of ${bytes.length} bytes were written`), {
        code: 'EIO',
      });
    }
    written += bytesWritten;
  }
}
