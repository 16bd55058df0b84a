import { MeshdeckError } from '@meshdeck/shared';

/** Encodings by the mark at the front of a file [Unicode 16.0 §23.8]. PowerShell's `>` writes UTF-16. */
const marks: readonly [readonly number[], string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * A text file's text, by its mark, else as UTF-8.
 * @throws MeshdeckError `app-invalid` where it is none
 */
export function decodeText(bytes: Buffer, name: string): string {
  const encoding = marks.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))?.[1] ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw new Error('a zero byte');
    return text;
  } catch (cause) {
    throw new MeshdeckError(
      'app-invalid',
      `${name} is no text in UTF-8. Save it as UTF-8, and hand the app in again.`,
      {
        cause,
      },
    );
  }
}
