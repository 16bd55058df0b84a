import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLruMap } from './lru-map.js';

it('holds the entries used last, as a list of all uses says', () => {
  const step = fc.record({ kind: fc.constantFrom('get', 'set', 'delete'), key: fc.nat(6), value: fc.nat() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (max, steps) => {
      const map = createLruMap<number, number>(max);
      let model: [number, number][] = [];
      for (const { kind, key, value } of steps) {
        const known = model.find(([each]) => each === key);
        const others = model.filter(([each]) => each !== key);
        if (kind === 'delete') {
          expect(map.delete(key)).toBe(known !== undefined);
          model = others;
        } else if (kind === 'set') {
          map.set(key, value);
          model = [...others, [key, value] as [number, number]].slice(-max);
        } else {
          expect(map.get(key)).toBe(known?.[1]);
          if (known !== undefined) model = [...others, known];
        }
        expect(map.size).toBe(model.length);
      }
      for (const entry of model) expect(map.takeOldest()).toEqual(entry);
      expect(map.takeOldest()).toBeUndefined();
    }),
  );
});

it('drops one entry at a time, so that a value set again costs no other its place', () => {
  const map = createLruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  expect([map.size, map.get('b'), map.get('a')]).toEqual([2, 2, 3]);
});
