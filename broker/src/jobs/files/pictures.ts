const beginnings: readonly (readonly [type: string, bytes: string, at?: number])[] = [
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/webp', 'WEBP', 8],
];

/**
 * The media type of a picture, by its bytes and not by its name; null where it is none. SVG is text, which its name has to
 * tell: whoever serves it must keep its scripts from running.
 */
export function pictureType(head: Buffer, namedType: string): string | null {
  const found = beginnings.find(
    ([, bytes, at = 0]) => head.subarray(at, at + bytes.length).toString('latin1') === bytes,
  );
  if (found !== undefined) return found[0];
  return namedType === 'image/svg+xml' && head.toString('latin1').includes('<svg') ? namedType : null;
}
