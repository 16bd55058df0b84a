/** What happens next, by time; of two at the same time the one that was planned first. */
export interface EventQueue<T> {
  plan(at: number, event: T): void;
  next(): { at: number; event: T } | undefined;
}

interface Item<T> {
  at: number;
  order: number;
  event: T;
}

const before = <T>(a: Item<T>, b: Item<T>) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap. */
export function createEventQueue<T>(): EventQueue<T> {
  const heap: Item<T>[] = [];
  let planned = 0;

  function place(index: number, item: Item<T>): void {
    heap[index] = item;
  }

  function sink(item: Item<T>): void {
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const [child, at] =
        right !== undefined && left !== undefined && before(right, left)
          ? [right, 2 * index + 2]
          : [left, 2 * index + 1];
      if (child === undefined || !before(child, item)) break;
      place(index, child);
      index = at;
    }
    place(index, item);
  }

  return {
    plan(at, event) {
      const item = { at, order: planned, event };
      planned += 1;
      let index = heap.length;
      while (index > 0) {
        const above = (index - 1) >> 1;
        const parent = heap[above];
        if (parent === undefined || !before(item, parent)) break;
        place(index, parent);
        index = above;
      }
      place(index, item);
    },
    next() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) sink(last);
      return { at: first.at, event: first.event };
    },
  };
}
