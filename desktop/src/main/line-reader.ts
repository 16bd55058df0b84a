import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts a byte stream into lines and hands each to `onLine`, without its line end. Of a line longer than
 * `maxLineLength` characters only the beginning is kept, so a program that never ends its line costs no memory.
 */
export function createLineReader(parts: { onLine: (line: string) => void; maxLineLength?: number }) {
  const maxLineLength = parts.maxLineLength ?? 64 * 1024;
  const decoder = new StringDecoder('utf8');
  let pending = '';

  return {
    push(chunk: Uint8Array): void {
      const pieces = decoder.write(Buffer.from(chunk)).split('\n');
      pieces.forEach((piece, index) => {
        const room = maxLineLength - pending.length;
        pending += piece.slice(0, Math.max(0, room));
        if (index < pieces.length - 1) {
          parts.onLine(pending.endsWith('\r') ? pending.slice(0, -1) : pending);
          pending = '';
        }
      });
    },
    /** Hands over what came after the last line end, at the end of the stream. */
    end(): void {
      if (pending !== '') parts.onLine(pending);
      pending = '';
    },
  };
}
export type LineReader = ReturnType<typeof createLineReader>;
