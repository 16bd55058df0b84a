export interface PaletteEntry {
  id: string;
  kind: string;
  title: string;
  /** More words it can be found by, shown beside the title. */
  hint: string;
  run: () => void;
}

/**
 * How well a text answers what was typed: every word must occur; at the start of a word is better than inside one,
 * at the start of the text best. 0 where a word is missing.
 */
export function matchScore(text: string, typed: string): number {
  const haystack = text.toLowerCase();
  let score = 1;
  for (const word of typed
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => part !== '')) {
    const at = haystack.indexOf(word);
    if (at === -1) return 0;
    if (at === 0) score += 4;
    else if (/[\s\-_./]/.test(haystack[at - 1] ?? '')) score += 2;
    else score += 1;
  }
  return score;
}

/** The best entries for what was typed, titles before hints; in their given order while nothing is typed. */
export function searchPalette(
  entries: readonly PaletteEntry[],
  typed: string,
  limit: number,
): PaletteEntry[] {
  return entries
    .map((entry, index) => ({
      entry,
      index,
      score: Math.max(
        matchScore(entry.title, typed) * 2,
        matchScore(`${entry.title} ${entry.kind} ${entry.hint}`, typed),
      ),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, limit)
    .map(({ entry }) => entry);
}
