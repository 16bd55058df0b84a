import { expect, it } from 'vitest';
import type { NodeView } from './models/node.js';
import { rankNodes } from './rank-nodes.js';

const view = (id: string, score: number | null, more: Partial<NodeView> = {}) =>
  ({
    ...{ id, membership: 'joined', presence: 'active', rank: null },
    score: score === null ? null : { score },
    ...more,
  }) as NodeView;
const ranksOf = (views: NodeView[]) => rankNodes(views).map(({ rank }) => rank);

it('ranks by score, ties by id, and leaves out who takes no part', () => {
  const lost = view('lost', 9, { presence: 'lost' });
  const stranger = view('stranger', 9, { membership: 'seen' });
  expect(ranksOf([view('c', 1), view('b', 2), view('a', 2), view('none', null), lost, stranger])).toEqual([
    3,
    2,
    1,
    null,
    null,
    null,
  ]);
});

it('ranks views of different moments anew, so that no two are first, and keeps those that were right', () => {
  const [first, second, third] = rankNodes([view('a', 3), view('b', 2), view('c', 1)]);
  if (first === undefined || second === undefined || third === undefined) throw new Error('expected three');
  // As the hub tells of a machine alone that has overtaken another.
  const news = { ...second, score: { score: 4 } as NodeView['score'], rank: 1 };
  const again = rankNodes([first, news, third]);
  expect(again.map(({ rank }) => rank)).toEqual([2, 1, 3]);
  expect(again[2]).toBe(third);
});
