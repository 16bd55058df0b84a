import { MeshdeckError } from '@meshdeck/shared';
import { readPart } from './read-part.js';
import type { ZipParts } from './zip-parts.js';

/** All texts of a workbook lie in memory while one of its sheets is read. */
const mostBytes = 256 * 1024 * 1024;
const mostCharacters = 128 * 1024 * 1024;

/** `_x000D_` stands for a sign that XML cannot hold [ECMA-376 part 1 §22.9.2.19]. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;

/** The texts that cells refer to by number. Runs of one text are put together; how it is read aloud is left out. */
export async function readSharedStrings(parts: ZipParts, part: string | null): Promise<string[]> {
  const strings: string[] = [];
  if (part === null) return strings;
  let text = '';
  let isText = false;
  let aloud = 0;
  let characters = 0;
  await readPart(parts, part, mostBytes, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') aloud += 1;
      else if (name === 't') isText = aloud === 0;
    },
    text(piece) {
      if (isText) text += piece;
    },
    close(name) {
      if (name === 'rPh') aloud -= 1;
      else if (name === 't') isText = false;
      else if (name === 'si') {
        characters += text.length;
        if (characters > mostCharacters) {
          throw new MeshdeckError(
            'too-large',
            'The workbook holds more text than Meshdeck takes at once. Save the sheet as CSV and give that.',
          );
        }
        strings.push(unescaped(text));
      }
    },
  });
  return strings;
}
