import type { NodeView } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { createMovedRanks } from './moved-ranks.js';

const view = (id: string, rank: number | null) => ({ id, rank }) as NodeView;

it('tells of a machine that was overtaken although it said nothing', () => {
  const newsOf = createMovedRanks();
  const ids = (all: NodeView[], ...changed: string[]) => newsOf(all, new Set(changed)).map(({ id }) => id);
  expect(ids([view('a', 1), view('b', 2), view('c', null)], 'a')).toEqual(['a', 'b', 'c']);
  expect(ids([view('a', 1), view('b', 2), view('c', null)], 'b')).toEqual(['b']);
  expect(ids([view('a', 2), view('b', 1), view('c', null)], 'b')).toEqual(['a', 'b']);
  expect(ids([view('a', 2), view('b', 1), view('c', null)])).toEqual([]);
});
