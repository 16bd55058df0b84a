/**
 * What hub and agents do only to be quick: each can be switched off, and everything is right without it. Measured by
 * `npm run bench -- fast-paths`.
 */
export const fastPathNames = [
  'small-files',
  'orders-ahead',
  'table-rows',
  'remembered-tables',
  'small-runs',
  'tables-in-memory',
] as const;
export type FastPathName = (typeof fastPathNames)[number];

/** What there was in earlier versions: settings that name it are still taken, and it is said that it does nothing. */
const droppedNames: readonly string[] = ['ack-batching', 'late-placements', 'gathered-writes'];

/** Whether each is taken. */
export type FastPaths = Readonly<Record<FastPathName, boolean>>;

export const fastPathsError = `must be on, off, or names of what to switch off (${fastPathNames.join(', ')})`;

const wordsOf = (text: string) => text.split(',').map((word) => word.trim());
const isKnown = (word: string) => fastPathNames.some((name) => name === word) || droppedNames.includes(word);

/**
 * `on`, `off`, or the names of those that are switched off, separated by commas; null for anything else. Names of
 * earlier versions count for nothing.
 */
export function readFastPaths(text: string): FastPaths | null {
  const words = wordsOf(text);
  const isWhole = words.length === 1 && ['on', 'off'].includes(words[0] ?? '');
  if (!isWhole && !words.every(isKnown)) return null;
  const off = words.includes('off') ? fastPathNames : words;
  return Object.fromEntries(fastPathNames.map((name) => [name, !off.includes(name)])) as FastPaths;
}

/** A sentence about names of earlier versions among them; null where there are none. */
export function fastPathsRemark(text: string): string | null {
  const dropped = [...new Set(wordsOf(text))].filter((word) => droppedNames.includes(word));
  if (dropped.length === 0) return null;
  const names = dropped.join(', ');
  return dropped.length === 1
    ? `There is no fast path ${names} any more: leave it out of the setting (MESHDECK_FAST_PATHS).`
    : `There are no fast paths ${names} any more: leave them out of the setting (MESHDECK_FAST_PATHS).`;
}

export const allFastPaths = readFastPaths('on') as FastPaths;
