/** A file of a zip archive as far as the archive's first bytes show it. */
interface SeenEntry {
  name: string;
  /** The first of its bytes as they are packed, a character for each. */
  start: string;
}

const signature = 'PK\x03\x04';
const headerBytes = 30;
const startBytes = 256;
const hasSizeBehind = 0x08;

/** The files whose names stand whole in a zip archive's first bytes, in their order [APPNOTE, 4.3.7]. */
export function seenEntries(head: Uint8Array): SeenEntry[] {
  const text = Array.from(head, (byte) => String.fromCharCode(byte)).join('');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const entries: SeenEntry[] = [];
  let at = 0;
  while (text.startsWith(signature, at) && at + headerBytes <= head.length) {
    const nameEnd = at + headerBytes + view.getUint16(at + 26, true);
    if (nameEnd > head.length) break;
    const data = nameEnd + view.getUint16(at + 28, true);
    entries.push({ name: text.slice(at + headerBytes, nameEnd), start: text.slice(data, data + startBytes) });
    const size = view.getUint32(at + 18, true);
    const isSized = (view.getUint16(at + 6, true) & hasSizeBehind) === 0 && size !== 0xffffffff;
    at = isSized ? data + size : text.indexOf(signature, data);
    if (at < 0) break;
  }
  return entries;
}

const ofOffice = /^(?:\[Content_Types\]\.xml$|_rels\/|docProps\/|xl\/.+\.(?:xml|rels|bin)$)/;

/** A workbook or another document of an office: OOXML by its parts' names, OpenDocument by its first file. */
export const isWorkbook = (entries: readonly SeenEntry[]): boolean =>
  entries.some(
    ({ name, start }) => ofOffice.test(name) || (name === 'mimetype' && start.includes('opendocument')),
  );
