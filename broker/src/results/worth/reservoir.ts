/** Values drawn evenly out of a stream, all of them while there is room. */
export interface Reservoir {
  /** `second` is kept beside the value where the reservoir holds pairs. */
  add(value: number, second?: number): void;
  /** How many were offered. */
  seen(): number;
  /** The values, in no order, and what stands beside each. */
  values(): Float64Array;
  seconds(): Float64Array;
}

/**
 * Draws each value with the same probability [Vitter 1985, "Random sampling with a reservoir", algorithm R]. The numbers come
 * from xorshift32 with a fixed seed [Marsaglia 2003], so that the same table gives the same figures.
 */
export function createReservoir(capacity: number, { pairs = false } = {}): Reservoir {
  // Small tables need little.
  let room = Math.min(capacity, 1024);
  let firsts = new Float64Array(room);
  let others = new Float64Array(pairs ? room : 0);
  let count = 0;
  let state = 0x9e3779b9 | 0;

  function grow(): void {
    room = Math.min(capacity, room * 2);
    const [longer, longerOthers] = [new Float64Array(room), new Float64Array(pairs ? room : 0)];
    longer.set(firsts);
    longerOthers.set(others);
    firsts = longer;
    others = longerOthers;
  }

  return {
    add(value, second = 0) {
      let at = count++;
      if (at >= capacity) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        at = Math.floor((state >>> 0) * 2 ** -32 * count);
        if (at >= capacity) return;
      } else if (at >= room) grow();
      firsts[at] = value;
      if (pairs) others[at] = second;
    },
    seen: () => count,
    values: () => firsts.subarray(0, Math.min(count, capacity)),
    seconds: () => others.subarray(0, Math.min(count, capacity)),
  };
}
