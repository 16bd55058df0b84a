import type { RowPlace } from '../worth/smallest-rows.js';

/** Keeps the first rows of an order: a buffer of twice as many, cut whenever it is full. */
export interface FirstRows<Key> {
  /** `place` is asked for where the row may be among the first. Rows come in the order of the file. */
  offer(key: Key, place: () => RowPlace): void;
  /** In order; rows with an equal key stay as in the file. */
  places(): RowPlace[];
}

export function createFirstRows<Key>(compare: (a: Key, b: Key) => number, most: number): FirstRows<Key> {
  let kept: { key: Key; place: RowPlace }[] = [];
  let worst: { key: Key } | null = null;

  function cut(): void {
    kept.sort((a, b) => compare(a.key, b.key) || a.place.row - b.place.row);
    kept = kept.slice(0, most);
    if (kept.length === most) worst = kept.at(-1) ?? null;
  }

  return {
    offer(key, place) {
      // One with the same key as the last that fits comes later in the file.
      if (worst !== null && compare(key, worst.key) >= 0) return;
      kept.push({ key, place: place() });
      if (kept.length >= 2 * most) cut();
    },
    places() {
      cut();
      return kept.map(({ place }) => place);
    },
  };
}
