import type { NodeView } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { clusterCapacity } from './cluster-capacity.js';

const node = (name: string, score: number, over: Partial<NodeView> = {}): NodeView =>
  ({
    id: name,
    name,
    presence: 'active',
    scheduling: 'open',
    slotsTotal: 4,
    slotsBusy: 1,
    metrics: null,
    inventory: null,
    score: { score, load: 1, performance: 1, thermal: 1, thermalUnknown: false },
    ...over,
  }) as NodeView;

it('counts what active machines can do, and slots only where new work may go', () => {
  const strength = clusterCapacity([
    node('a', 2),
    node('b', 5),
    node('c', 1, { scheduling: 'cordoned' }),
    node('d', 9, { presence: 'lost' }),
  ]);
  expect(strength).toMatchObject({ score: 8, active: 3, lost: 1, slotsFree: 6, slotsTotal: 12 });
  expect(strength.shares.map((share) => share.name)).toEqual(['b', 'a', 'c']);
});

it('keeps the sum of a big room though it names only the strongest', () => {
  const strength = clusterCapacity(Array.from({ length: 100 }, (_, index) => node(`n${index}`, index)));
  expect(strength.shares).toHaveLength(25);
  expect(strength.shares.at(-1)).toMatchObject({ id: null, name: '76 more' });
  expect(strength.score).toBe(4950);
});
