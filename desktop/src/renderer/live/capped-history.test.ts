import { expect, it } from 'vitest';
import { CappedHistory } from './capped-history.js';

it('never holds much more than its capacity', () => {
  const history = new CappedHistory(100);
  for (let ts = 0; ts < 10_000; ts += 1) history.push(ts, ts);
  expect(history.points.length).toBeLessThanOrEqual(113);
  expect(history.points.at(-1)).toEqual([9999, 9999]);
});

it('leaves out what is late, doubled or no number', () => {
  const history = new CappedHistory(10);
  history.push(2, 1);
  history.push(2, 5);
  history.push(1, 5);
  history.push(3, Number.NaN);
  expect(history.points).toEqual([[2, 1]]);
});

it('joins the stored past with what came live meanwhile', () => {
  const history = new CappedHistory(10);
  history.push(5, 50);
  history.push(7, 70);
  history.prime([
    [1, 10],
    [5, 51],
  ]);
  expect(history.points).toEqual([
    [1, 10],
    [5, 51],
    [7, 70],
  ]);
});

it('forgets what left the window', () => {
  const history = new CappedHistory(10);
  for (const ts of [1, 2, 3, 4]) history.push(ts, ts);
  history.dropBefore(3);
  expect(history.points.map(([ts]) => ts)).toEqual([3, 4]);
  history.dropBefore(99);
  expect(history.points).toEqual([]);
});
