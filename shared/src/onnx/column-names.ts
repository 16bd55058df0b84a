/** How many names a message lists before it counts the rest. */
const listed = 8;
const longestName = 60;

/** A name for comparing: case, surrounding space, and what stands between words do not matter. */
export function looseName(name: string): string {
  return name
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** A text for a message: in quotes, cut at `most` characters, with what a reader would not see as escapes. */
export function shown(text: string, most = longestName): string {
  const characters = [...text];
  const cut = characters.length > most ? `${characters.slice(0, most).join('')}...` : text;
  return JSON.stringify(cut).replace(/[\p{C}\p{Z}]/gu, (character) =>
    character === ' ' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A column's name for a message; one without has its place. */
export function shownColumn(header: readonly string[], column: number): string {
  const name = header[column] ?? '';
  return name.trim() === '' ? `number ${column + 1} (it has no name)` : shown(name);
}

/** Names for a message: `"a", "b" and 7 more`. */
export function listNames(names: readonly string[]): string {
  return listTexts(names.map((name) => shown(name)));
}

/** The same for columns, by their places. */
export function listColumns(header: readonly string[], columns: readonly number[]): string {
  return listTexts(columns.map((column) => shownColumn(header, column)));
}

export function listTexts(texts: readonly string[]): string {
  const first = texts.slice(0, listed);
  const rest = texts.length - first.length;
  return rest > 0 ? `${first.join(', ')} and ${rest} more` : first.join(', ');
}

/** `base`, or `base_1`, `base_2`... where the table has such a column already; the name found counts as taken. */
export function freeName(base: string, taken: Set<string>): string {
  let name = base;
  for (let suffix = 1; taken.has(name); suffix++) name = `${base}_${suffix}`;
  taken.add(name);
  return name;
}

/** The name among `names` that `wanted` was likely meant to be; undefined where none is near. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const loose = looseName(wanted);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(loose.length / 3)) + 1;
  for (const name of names.slice(0, 1000)) {
    const distance = editDistance(loose, looseName(name), bestDistance);
    if (distance >= bestDistance) continue;
    best = name;
    bestDistance = distance;
  }
  return best;
}

/** Letters to insert, drop or change [Wagner and Fischer 1974]; `most` where it is no less. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most || a.length > longestName) return most;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return Math.min(most, row[b.length] ?? most);
}
