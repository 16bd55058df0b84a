import { expect, it } from 'vitest';
import { virtualRows } from './virtual-rows.js';

const view = { rowHeight: 40, top: 100, viewHeight: 400 };

it('draws short lists whole', () => {
  expect(virtualRows({ ...view, count: 200, scrollTop: 0 })).toEqual({
    first: 0,
    end: 200,
    above: 0,
    below: 0,
  });
});

it('draws what is in sight of a long one, and keeps its height wherever it is scrolled', () => {
  for (const scrollTop of [0, 100, 5000, 39_000, 400_000]) {
    const { first, end, above, below } = virtualRows({ ...view, count: 1000, scrollTop });
    expect(above + below + (end - first) * 40).toBe(40_000);
    expect(end - first).toBeLessThan(40);
    expect(end - first).toBeGreaterThanOrEqual(10);
  }
  const middle = virtualRows({ ...view, count: 1000, scrollTop: 20_100 });
  expect(middle.first).toBeLessThanOrEqual(500);
  expect(middle.end).toBeGreaterThanOrEqual(510);
});
