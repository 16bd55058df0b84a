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

/** A part of a format, and the numbers it is for. */
interface Section {
  /** `literal`: it shows nothing of the number. */
  meaning: NumberMeaning | 'literal';
  isFor: ((value: number) => boolean) | null;
}

/** One for all numbers, or a format whose parts are of several kinds. */
export type NumberFormat = NumberMeaning | readonly Section[];

function sectionMeaning(section: string): Section['meaning'] {
  const bare = section.replace(/\[[^\]]*\]/g, '');
  if (!/[a-z0#?%@{]/.test(bare)) return 'literal';
  if (bare === '@') return 'number';
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

const compare: Record<string, (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
  '<>': (value, limit) => value !== limit,
};

/** `[<=100]`, else what a section at this place is for [ECMA-376 part 1 §18.8.31]; null: all that is left. */
function isForOf(section: string, at: number, count: number): Section['isFor'] {
  const [, sign = '', limit = ''] = /\[(<=|>=|<>|<|>|=)\s*(-?[\d.]+(?:e[+-]?\d+)?)\]/.exec(section) ?? [];
  const holds = compare[sign];
  if (at === count - 1) return null;
  if (holds !== undefined) return (value) => holds(value, Number(limit));
  if (at === 1) return (value) => value < 0;
  return count === 2 ? (value) => value >= 0 : (value) => value > 0;
}

/**
 * Of a format as it is spelled out, such as `yyyy\-mm\-dd` or `[$-409]h:mm AM/PM`. Its sections are for numbers above and
 * below nought and nought itself, or for what their conditions say; a fourth is for texts.
 */
export function formatOf(format: string): NumberFormat {
  const texts = format
    .replace(/"[^"]*"|\\.|[_*]./gs, '')
    .replace(/\[(h+|m+|s+)\]/gi, '{$1}')
    .toLowerCase()
    .split(';')
    .slice(0, 3);
  const sections = texts.map((text, at) => ({
    meaning: sectionMeaning(text),
    isFor: isForOf(text, at, texts.length),
  }));
  const meanings = new Set(sections.map(({ meaning }) => meaning).filter((meaning) => meaning !== 'literal'));
  const [only = 'number', other] = meanings;
  return other === undefined ? only : sections;
}

/** What this number stands for. One that is not shown at all is of the kind that the others are. */
export function meaningOf(format: NumberFormat, value: number): NumberMeaning {
  if (typeof format === 'string') return format;
  const own = format.find(({ isFor }) => isFor === null || isFor(value))?.meaning;
  if (own !== undefined && own !== 'literal') return own;
  const meanings = format.flatMap(({ meaning }) => (meaning === 'literal' ? [] : [meaning]));
  return meanings.find((meaning) => meaning !== 'number' && meaning !== 'percent') ?? 'number';
}

const mostBytes = 64 * 1024 * 1024;

/** The number format of every cell style, in the order that cells refer to. */
export async function readNumberFormats(parts: ZipParts, part: string | null): Promise<NumberFormat[]> {
  const formats: NumberFormat[] = [];
  if (part === null) return formats;
  const own = new Map<number, NumberFormat>();
  let isCellStyles = false;
  await readPart(parts, part, mostBytes, {
    open(name, attributes) {
      if (name === 'numFmt') {
        own.set(Number(attributes.get('numFmtId')), formatOf(attributes.get('formatCode') ?? ''));
      } else if (name === 'cellXfs') isCellStyles = true;
      else if (name === 'xf' && isCellStyles) {
        const id = Number(attributes.get('numFmtId') ?? 0);
        formats.push(own.get(id) ?? builtIn.get(id) ?? 'number');
      }
    },
    close(name) {
      if (name === 'cellXfs') isCellStyles = false;
    },
  });
  return formats;
}
