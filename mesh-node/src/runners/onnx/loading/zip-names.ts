/** Names of a zip file's first entries, from their local headers [APPNOTE 4.3.7]; those that tell their size. */
export function zipNames(bytes: Uint8Array, most = 200): string[] {
  const names: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 30 <= bytes.length && view.getUint32(at, true) === localHeader && names.length < most) {
    const nameLength = view.getUint16(at + 26, true);
    const start = at + 30;
    names.push(Buffer.from(bytes.subarray(start, start + nameLength)).toString('utf8'));
    const next = start + nameLength + view.getUint16(at + 28, true) + view.getUint32(at + 18, true);
    at = next > at ? next : bytes.length;
  }
  return names;
}

const localHeader = 0x04034b50;
