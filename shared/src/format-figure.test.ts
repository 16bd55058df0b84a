import { expect, it } from 'vitest';
import { formatFigure } from './format-figure.js';

it.each([
  [0.93142, '0.9314'],
  [12, '12'],
  [1234567, '1,234,567'],
  [1234.5678, '1,234.57'],
  [0.000012345, '1.234e-5'],
  [1e15, '1.000e+15'],
  [-0.5, '-0.5'],
  [true, 'yes'],
  ['NaN', 'NaN'],
])('%j is written %s', (figure, text) => {
  expect(formatFigure(figure)).toBe(text);
});
