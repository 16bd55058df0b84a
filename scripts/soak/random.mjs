/**
 * The same numbers for the same seed on every machine (mulberry32).
 *
 * @typedef {object} Random
 * @property {() => number} next from 0 to below 1
 * @property {(min: number, max: number) => number} between whole numbers, both ends included
 * @property {<T>(items: readonly T[]) => T} pick
 * @property {<T extends string>(weights: Partial<Record<T, number>>) => T} weighted
 */

/** @param {number} seed @returns {Random} */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (items) => /** @type {any} */ (items[Math.floor(next() * items.length)]),
    weighted(weights) {
      const entries = /** @type {[any, number][]} */ (Object.entries(weights));
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      return (entries.find(([, weight]) => (rest -= weight) < 0) ?? entries[0])?.[0];
    },
  };
}
