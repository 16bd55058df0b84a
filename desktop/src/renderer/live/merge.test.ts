import { expect, it } from 'vitest';
import { fromSnapshot, withDeltas } from './merge.js';

const view = (id: string, at = 0) => ({ id, at });
const known = fromSnapshot([view('a'), view('b')], new Map(), () => false);

it('applies deltas in their order and leaves the rest as it is', () => {
  const after = withDeltas(known, [
    { changed: [view('b', 1), view('c', 1)], removed: [] },
    { changed: [view('b', 2)], removed: ['c', 'unknown'] },
  ]);
  expect([...after.values()]).toEqual([view('a'), view('b', 2)]);
  expect(after.get('a')).toBe(known.get('a'));
  expect(known.get('b')).toEqual(view('b'));
});

it('lets a snapshot replace what was known, but for what outlives it', () => {
  const after = fromSnapshot(
    [view('a', 9)],
    withDeltas(known, [{ changed: [view('old', -1)], removed: [] }]),
    (one) => one.at < 0,
  );
  expect([...after.keys()]).toEqual(['a', 'old']);
  expect(after.get('a')).toEqual(view('a', 9));
});
