/** Takes a stream apart into pieces of asked lengths. */
export interface ByteReader {
  /** Exactly so many bytes; null at the end of the stream. Throws `RangeError` where it ends in between. */
  take(bytes: number): Promise<Buffer | null>;
  /** The next so many bytes, as they come. Throws `RangeError` where the stream ends before. */
  pieces(bytes: number): AsyncGenerator<Buffer>;
}

export function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function refill(): Promise<boolean> {
    while (held.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return false;
      held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    return true;
  }

  async function* pieces(bytes: number): AsyncGenerator<Buffer> {
    let left = bytes;
    while (left > 0) {
      if (!(await refill())) throw new RangeError('The stream ended early.');
      const piece = held.subarray(0, left);
      held = held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  return {
    pieces,
    async take(bytes) {
      if (bytes > 0 && !(await refill())) return null;
      const parts: Buffer[] = [];
      for await (const piece of pieces(bytes)) parts.push(piece);
      return Buffer.concat(parts);
    },
  };
}
