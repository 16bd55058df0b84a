/** What Windows-1252 has in place of the controls from 80 on; the bytes it leaves undefined stay what they are [WHATWG]. */
const fromByte80 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

const codes = Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 && byte < 0xa0 ? fromByte80.charCodeAt(byte - 0x80) : byte,
);

/**
 * Windows-1252 as UTF-8. Not with TextDecoder: some versions of Node take 80 to 9F for controls there
 * [nodejs/node#56542].
 */
export function windows1252ToUtf8(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const utf8 = new Uint8Array(bytes.length * 3);
  let end = 0;
  for (const byte of bytes) {
    const code = codes[byte] as number;
    if (code < 0x80) utf8[end++] = code;
    else if (code < 0x800) {
      utf8[end++] = 0xc0 | (code >> 6);
      utf8[end++] = 0x80 | (code & 0x3f);
    } else {
      utf8[end++] = 0xe0 | (code >> 12);
      utf8[end++] = 0x80 | ((code >> 6) & 0x3f);
      utf8[end++] = 0x80 | (code & 0x3f);
    }
  }
  return utf8.subarray(0, end);
}
