export interface Sorting<Key extends string> {
  by: Key;
  descending: boolean;
}

export type SortValue = string | number | null;

/** A sorted copy. Numbers by size, words as people sort them, and nothing-known always last. Stable. */
export function sorted<Row>(
  rows: readonly Row[],
  value: (row: Row) => SortValue,
  descending: boolean,
): Row[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      if (typeof a.value === 'number' && typeof b.value === 'number') return sign * (a.value - b.value);
      return sign * String(a.value).localeCompare(String(b.value), 'en', { numeric: true });
    })
    .map(({ row }) => row);
}

/** Whether every word typed occurs in one of the texts. */
export function matchesWords(texts: readonly (string | null)[], typed: string): boolean {
  const haystack = texts
    .filter((text) => text !== null)
    .join(' ')
    .toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
