import { expect, it } from 'vitest';
import { SeriesBuffer } from './series-buffer.js';

const past = (points: [number, number][]) => [{ key: 't', unit: '°C', decimated: false, points }];

it('joins a refetched past with live points that the store does not have yet', () => {
  const kept = new SeriesBuffer();
  kept.take(past([[10, 1]]), null);
  kept.push('t', '°C', 20, 2);
  kept.push('t', '°C', 30, 3);
  kept.take(
    past([
      [10, 1],
      [20, 2.5],
    ]),
    { from: 5 },
  );
  expect(kept.list()).toEqual([
    {
      key: 't',
      unit: '°C',
      points: [
        [10, 1],
        [20, 2.5],
        [30, 3],
      ],
    },
  ]);
});

it('shows nothing live in a fixed range', () => {
  const kept = new SeriesBuffer();
  kept.push('t', '°C', 30, 3);
  kept.take(past([[10, 1]]), null);
  expect(kept.list()[0]?.points).toEqual([[10, 1]]);
});

it('begins a measurement that was never stored, and forgets what left the window', () => {
  const kept = new SeriesBuffer();
  kept.push('new', 'V', 1, 1);
  kept.push('new', 'V', 9, 2);
  kept.dropBefore(5);
  expect(kept.list()).toEqual([{ key: 'new', unit: 'V', points: [[9, 2]] }]);
});
