/**
 * What hub and agents do only to be quick: each can be switched off, and everything is right without it. Measured by
 * `npm run bench -- fast-paths`.
 */
export const fastPathNames = [
  'small-files',
  'ack-batching',
  'orders-ahead',
  'table-rows',
  'remembered-tables',
  'late-placements',
  'gathered-writes',
  'small-runs',
  'tables-in-memory',
] as const;
export type FastPathName = (typeof fastPathNames)[number];

/** Whether each is taken. */
export type FastPaths = Readonly<Record<FastPathName, boolean>>;

export const fastPathsError = `must be on, off, or names of what to switch off (${fastPathNames.join(', ')})`;

const isName = (text: string): text is FastPathName => fastPathNames.some((name) => name === text);

/** `on`, `off`, or the names of those that are switched off, separated by commas; null for anything else. */
export function readFastPaths(text: string): FastPaths | null {
  const words = text.split(',').map((word) => word.trim());
  if (words.length > 1 ? !words.every(isName) : ![...fastPathNames, 'on', 'off'].includes(words[0] ?? '')) {
    return null;
  }
  const off = words.includes('off') ? fastPathNames : words;
  return Object.fromEntries(fastPathNames.map((name) => [name, !off.includes(name)])) as FastPaths;
}

export const allFastPaths = readFastPaths('on') as FastPaths;
