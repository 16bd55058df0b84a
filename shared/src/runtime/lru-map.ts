/** A map that holds the `max` entries used last. Values are anything but undefined. */
export interface LruMap<K, V> {
  readonly size: number;
  /** The value, which counts as used now. */
  get(key: K): V | undefined;
  /** Sets it, as used now. What was not used for longest goes where there is no more room. */
  set(key: K, value: V): void;
  delete(key: K): boolean;
  /** Takes out what was not used for longest. */
  takeOldest(): [K, V] | undefined;
}

/** @param max a whole number from 1 */
export function createLruMap<K, V>(max: number): LruMap<K, V> {
  // A Map iterates in the order of insertion: the first was not used for longest.
  const entries = new Map<K, V>();

  function takeOldest(): [K, V] | undefined {
    const [oldest] = entries;
    if (oldest !== undefined) entries.delete(oldest[0]);
    return oldest;
  }

  return {
    get size() {
      return entries.size;
    },
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      if (entries.size >= max) takeOldest();
      entries.set(key, value);
    },
    delete: (key) => entries.delete(key),
    takeOldest,
  };
}
