import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pageOf } from './paging.js';

const keyOf = (item: string) => item;

it('gives every item once, page by page', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 7 }), (items, limit) => {
      const found = [];
      for (let cursor: string | undefined; ;) {
        const { page, nextCursor } = pageOf(items, { limit, cursor }, keyOf);
        expect(page.length).toBeLessThanOrEqual(limit);
        found.push(...page);
        if (nextCursor === null) break;
        expect(page.length).toBeGreaterThan(0);
        cursor = nextCursor;
      }
      expect(found).toEqual(items);
    }),
  );
});

it('goes on where it was when what it stood at is gone, and gives what came before it no second time', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  const cursor = pageOf(items, { limit: 2 }, keyOf).nextCursor ?? '';
  expect(pageOf(['0', ...items], { limit: 2, cursor }, keyOf).page).toEqual(['c', 'd']);
  expect(pageOf(['a', 'c', 'd', 'e'], { limit: 2, cursor }, keyOf).page).toEqual(['c', 'd']);
  expect(pageOf([], { limit: 2, cursor }, keyOf)).toEqual({ page: [], nextCursor: null });
});

it('takes no cursor that it never gave', () => {
  for (const cursor of ['x', '', 'LTEgYQ', 'OTk5OTk5OTk5OTk5OTkgYQ']) {
    expect(() => pageOf(['a'], { limit: 1, cursor }, keyOf)).toThrow('cursor is not valid');
  }
});

it('makes shorter pages of items with many parts, and loses none', () => {
  const items = Array.from({ length: 12 }, (_, index) => `${index}`);
  const pages: string[][] = [];
  for (let cursor: string | undefined; ;) {
    const found = pageOf(items, { limit: 500, cursor }, keyOf, (item) => (item === '3' ? 90_000 : 2000));
    pages.push(found.page);
    if (found.nextCursor === null) break;
    cursor = found.nextCursor;
  }
  expect(pages).toEqual([['0', '1'], ['2'], ['3'], ['4', '5'], ['6', '7'], ['8', '9'], ['10', '11']]);
});
