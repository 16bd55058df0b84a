/** How many names a message lists before it counts the rest. */
const listed = 8;

/** A name for comparing: case, surrounding space, and what stands between words do not matter. */
export function looseName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** Names for a message: `"a", "b" and 7 more`. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, listed).map((name) => `"${name.slice(0, 60)}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** Finds columns by name: as written, else regardless of case, else by their loose name. */
export function createColumnIndex(header: readonly string[]): (name: string) => number[] {
  const spellings = [(name: string) => name, (name: string) => name.trim().toLowerCase(), looseName];
  const indexes = spellings.map((spell) => {
    const index = new Map<string, number[]>();
    header.forEach((name, column) => {
      index.set(spell(name), [...(index.get(spell(name)) ?? []), column]);
    });
    return index;
  });
  return (name) => {
    for (const [tier, spell] of spellings.entries()) {
      const found = spell(name) === '' ? undefined : indexes[tier]?.get(spell(name));
      if (found !== undefined) return found;
    }
    return [];
  };
}

/** `base`, or `base_1`, `base_2`... where the table has such a column already; the name found counts as taken. */
export function freeName(base: string, taken: Set<string>): string {
  let name = base;
  for (let suffix = 1; taken.has(name); suffix++) name = `${base}_${suffix}`;
  taken.add(name);
  return name;
}
