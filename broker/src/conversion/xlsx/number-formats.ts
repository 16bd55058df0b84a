import { readPart } from './read-part.js';
import type { ZipParts } from './zip-parts.js';

/** What a number in a cell stands for, by the format it is shown in. */
export type NumberMeaning = 'number' | 'percent' | 'date' | 'time' | 'elapsed';

const between = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** Formats that a workbook may name without spelling them out [ECMA-376 part 1 §18.8.30]; 27 to 58 are dates of East Asia. */
const builtIn = new Map<number, NumberMeaning>([
  ...[9, 10].map((id) => [id, 'percent'] as const),
  ...[...between(14, 17), 22, ...between(27, 31), 36, ...between(50, 54), 57, 58].map(
    (id) => [id, 'date'] as const,
  ),
  ...[...between(18, 21), ...between(32, 35), 45, 47, 55, 56].map((id) => [id, 'time'] as const),
  [46, 'elapsed'],
]);

/** Of a format as it is spelled out, such as `yyyy\-mm\-dd` or `[$-409]h:mm AM/PM`. */
export function meaningOf(format: string): NumberMeaning {
  const bare = format
    .replace(/"[^"]*"|\\.|[_*]./gs, '')
    .replace(/\[(h+|m+|s+)\]/gi, '{$1}')
    .replace(/\[[^\]]*\]/g, '')
    .split(';')[0]
    ?.toLowerCase();
  if (bare === undefined || bare === '' || bare === '@') return 'number';
  const letters = bare.replace(/general/g, '');
  if (/\{[hms]+\}/.test(letters)) return 'elapsed';
  // All other letters stand in quotes, so this is a word: `Standard`, as some programs call General.
  if (/[a-z]/.test(letters.replace(/am\/pm|a\/p|[ymdhsegb]/g, ''))) return 'number';
  const hasClock = /[hs]|am\/pm|a\/p/.test(letters);
  const clockless = letters.replace(/am\/pm|a\/p/g, '');
  const hasDay = /[yd]|m{3}/.test(clockless) || (/m/.test(clockless) && !hasClock);
  if (hasDay || (/[eg]/.test(clockless) && !/[0#?]/.test(clockless))) return 'date';
  if (hasClock) return 'time';
  return letters.includes('%') ? 'percent' : 'number';
}

const mostBytes = 64 * 1024 * 1024;

/** The meaning of every cell style, in the order that cells refer to. */
export async function readNumberMeanings(parts: ZipParts, part: string | null): Promise<NumberMeaning[]> {
  const meanings: NumberMeaning[] = [];
  if (part === null) return meanings;
  const own = new Map<number, NumberMeaning>();
  let isCellStyles = false;
  await readPart(parts, part, mostBytes, {
    open(name, attributes) {
      if (name === 'numFmt') {
        own.set(Number(attributes.get('numFmtId')), meaningOf(attributes.get('formatCode') ?? ''));
      } else if (name === 'cellXfs') isCellStyles = true;
      else if (name === 'xf' && isCellStyles) {
        const id = Number(attributes.get('numFmtId') ?? 0);
        meanings.push(own.get(id) ?? builtIn.get(id) ?? 'number');
      }
    },
    close(name) {
      if (name === 'cellXfs') isCellStyles = false;
    },
  });
  return meanings;
}
