import { createXmlReader, type XmlHandlers } from './xml-reader.js';
import type { ZipParts } from './zip-parts.js';

const nothing = () => undefined;

/** Reads one part to its end, or until `isDone`. */
export async function readPart(
  parts: ZipParts,
  part: string,
  mostBytes: number,
  handlers: Partial<XmlHandlers> & { isDone?: () => boolean; afterPiece?: () => Promise<void> },
): Promise<void> {
  const reader = createXmlReader({
    open: handlers.open ?? nothing,
    text: handlers.text ?? nothing,
    close: handlers.close ?? nothing,
  });
  for await (const text of parts.text(part, mostBytes)) {
    reader.write(text);
    if (handlers.afterPiece !== undefined) await handlers.afterPiece();
    if (handlers.isDone?.() === true) return;
  }
  reader.end();
}
