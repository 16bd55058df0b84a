import { expect, it } from 'vitest';
import { createFollowOrder, type OrderHandlers } from './follow-order.js';

function open(change: Partial<OrderHandlers> = {}) {
  const followed: unknown[] = [];
  const note = (order: unknown): void => void followed.push(order);
  const handlers = {
    run: note,
    check: note,
    cancel: note,
    forget: note,
    approved: note,
    removed: note,
    benchmark: note,
    'refresh-inventory': note,
    pace: note,
    ...change,
  };
  return { followed, follow: createFollowOrder(handlers) };
}

it('brings an order to its own handler and waits for it', async () => {
  let kept = false;
  const { follow, followed } = open({
    forget: async () => {
      await Promise.resolve();
      kept = true;
    },
  });
  await follow({ type: 'forget', attemptId: 'aaaaaaaaaa-0-1' });
  await follow({ type: 'removed', reason: 'by hand' });
  expect(kept).toBe(true);
  expect(followed).toEqual([{ type: 'removed', reason: 'by hand' }]);
});

it('rejects what a handler throws, at once or later', async () => {
  const { follow } = open({
    benchmark: () => {
      throw new Error('at once');
    },
    'refresh-inventory': () => Promise.reject(new Error('later')),
  });
  await expect(follow({ type: 'benchmark' })).rejects.toThrow('at once');
  await expect(follow({ type: 'refresh-inventory' })).rejects.toThrow('later');
});
