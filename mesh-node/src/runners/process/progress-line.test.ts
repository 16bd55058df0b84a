import { expect, it } from 'vitest';
import { barProgress, parseProgress } from './progress-line.js';

it.each([
  ['@progress 0.42', 0.42],
  ['@progress 1', 1],
  ['@progress 50', 0.5],
  ['@progress 1 %', 0.01],
  ['@progress 99.5%', 0.995],
  ['@progress 250', 1],
  ['@progress .5 ', 0.5],
])('reads %s', (line, fraction) => expect(parseProgress(line)).toBeCloseTo(fraction));

it.each(['@progress', '@progress -1', '@progress half', 'x @progress 0.5'])('leaves %s as a line', (line) =>
  expect(parseProgress(line)).toBeUndefined(),
);

it.each([
  [' 42%|####      | 42/100 [00:01<00:02, 30.00it/s]', 0.42],
  ['Epoch 3: 100%|██████████| 938/938', 1],
  ['  7%|▋         | 7/100', 0.07],
  ['Downloading: 55% [=====>    ]', 0.55],
])('reads the bar %s', (line, fraction) => expect(barProgress(line)).toBeCloseTo(fraction));

it.each(['loss 42% better', '142%|##|', 'accuracy 93 %'])('sees no bar in %s', (line) =>
  expect(barProgress(line)).toBeUndefined(),
);
