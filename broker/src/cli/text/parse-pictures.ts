import { picturePresets, pictureOptionsSchema, type PictureOptions } from '@meshdeck/shared';
import { InvalidArgumentError } from 'commander';

const lists = new Set(['mean', 'std', 'labels']);
const texts = new Set(['channels', 'layout', 'resize']);
const names = Object.keys(pictureOptionsSchema.shape);
const presets: Readonly<Record<string, PictureOptions>> = picturePresets;

function valueOf(name: string, words: readonly string[]): unknown {
  if (name === 'labels') return words;
  const numbers = words.map((word) => (word === '' ? NaN : Number(word)));
  if (lists.has(name)) return numbers;
  const [word = ''] = words;
  if (words.length > 1) return words;
  if (texts.has(name)) return word.toLowerCase();
  if (name === 'round') return word === 'true' ? true : word === 'false' ? false : word;
  if (name === 'scale' && word.includes('/')) return word;
  return numbers[0];
}

/** What stands between commas: presets, and names with their values; what has no name goes on with the list before it. */
function partsOf(text: string): [name: string, words: string[]][] {
  const parts: [string, string[]][] = [];
  for (const piece of text.split(',')) {
    const at = piece.indexOf('=');
    const last = parts.at(-1);
    if (at > 0) parts.push([piece.slice(0, at).trim(), [piece.slice(at + 1).trim()]]);
    else if (last !== undefined && lists.has(last[0])) last[1].push(piece.trim());
    else parts.push([piece.trim(), []]);
  }
  return parts;
}

/** What stood in the words that options were read from: which lists are a preset's own is seen by it. */
const wordsOf = new WeakMap<PictureOptions, Record<string, unknown>>();

/** A preset has its numbers for red, green, blue; channels that are told beside it may be in the other order. */
function inOrder(said: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const ordered = { ...said };
  for (const field of ['mean', 'std'] as const) {
    const own = Object.values(presets).find((preset) => preset[field] === said[field])?.[field];
    if (said.channels === 'bgr' && own !== undefined) ordered[field] = own.toReversed();
  }
  return ordered;
}

/** `imagenet`, `scale=1/255,channels=rgb`, `mean=0.485,0.456,0.406`; given again, later ones on top. */
export function collectPictures(text: string, earlier: PictureOptions = {}): PictureOptions {
  let said: Record<string, unknown> = { ...(wordsOf.get(earlier) ?? earlier) };
  for (const [name, words] of partsOf(text)) {
    const preset = words.length === 0 ? presets[name] : undefined;
    if (preset !== undefined) said = { ...said, ...preset };
    else if (words.length === 0 || !names.includes(name))
      throw new InvalidArgumentError(
        `There is no "${name}". Give ${names.join('=, ')}=, or ${Object.keys(presets).join(', ')}.`,
      );
    else said[name] = valueOf(name, words);
  }
  const read = pictureOptionsSchema.safeParse(inOrder(said));
  if (read.success) {
    wordsOf.set(read.data, said);
    return read.data;
  }
  const [issue] = read.error.issues;
  throw new InvalidArgumentError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`);
}
