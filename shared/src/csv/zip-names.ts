const localHeader = [0x50, 0x4b, 0x03, 0x04] as const;
const headerBytes = 30;
/** The sizes stand behind what is packed, so nobody knows here where that ends. */
const sizesBehind = 1 << 3;

const beginsAt = (bytes: Uint8Array, at: number) =>
  localHeader.every((byte, place) => bytes[at + place] === byte);

/**
 * The names of the entries that begin within a zip archive's first bytes, as they stand there, with `/` between folders;
 * none where it is no archive, or an empty one. What is packed is passed over [APPNOTE.TXT §4.3.7].
 */
export function zipEntryNames(head: Uint8Array): string[] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const names: string[] = [];
  const decoder = new TextDecoder();
  for (let at = 0; at + headerBytes <= head.length && beginsAt(head, at);) {
    const behindName = at + headerBytes + view.getUint16(at + 26, true);
    if (behindName > head.length) break;
    const name = decoder.decode(head.subarray(at + headerBytes, behindName));
    names.push(name.replaceAll('\\', '/').replace(/^\/+/, ''));
    const data = behindName + view.getUint16(at + 28, true);
    if ((view.getUint16(at + 6, true) & sizesBehind) === 0) {
      at = data + view.getUint32(at + 18, true);
    } else {
      at = data;
      while (at + headerBytes <= head.length && !beginsAt(head, at)) at += 1;
    }
  }
  return names;
}
