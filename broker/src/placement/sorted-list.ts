/** Things in an order in which no two are equal. Finding takes the logarithm of their number; moving pointers is cheap. */
export interface SortedList<T> {
  readonly items: readonly T[];
  insert(item: T): void;
  /** Takes out the one that is equal in the order. */
  remove(item: T): void;
}

export function createSortedList<T>(compare: (a: T, b: T) => number, from: Iterable<T> = []): SortedList<T> {
  const items = [...from].sort(compare);

  /** Where it is or would be. */
  function placeOf(item: T): number {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = items[middle];
      if (there !== undefined && compare(there, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    items,
    insert: (item) => void items.splice(placeOf(item), 0, item),
    remove(item) {
      const at = placeOf(item);
      const there = items[at];
      if (there !== undefined && compare(there, item) === 0) items.splice(at, 1);
    },
  };
}
