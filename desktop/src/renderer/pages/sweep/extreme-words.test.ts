import { expect, it } from 'vitest';
import { extremeOf } from './extreme-words.js';

const place = (value: number) => ({ jobId: '0123456789', number: 1, value });
const loss = { name: 'loss', least: place(0.2), greatest: place(0.5) };
const of = (figure: number | string, state: 'succeeded' | 'failed' = 'succeeded') =>
  extremeOf(loss, { state, figures: { loss: figure } });

it('marks the least and the greatest, and every job that shares them', () => {
  expect([of(0.2), of(0.5), of(0.3)]).toEqual(['least', 'greatest', null]);
});

it('marks nothing of a job that failed, has no such figure, or where none is known', () => {
  expect(of(0.2, 'failed')).toBeNull();
  expect(of('NaN')).toBeNull();
  expect(extremeOf(loss, { state: 'succeeded', figures: {} })).toBeNull();
  expect(
    extremeOf({ name: 'loss', least: null, greatest: null }, { state: 'succeeded', figures: { loss: 1 } }),
  ).toBeNull();
});
