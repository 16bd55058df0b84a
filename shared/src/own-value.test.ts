import { expect, it } from 'vitest';
import { ownValue } from './own-value.js';

it('is what a record has itself', () => {
  expect(ownValue({ loss: 0 }, 'loss')).toBe(0);
  for (const name of ['accuracy', 'constructor', 'toString', '__proto__'])
    expect(ownValue({ loss: 0 }, name)).toBeUndefined();
  expect(ownValue(JSON.parse('{"constructor": 2}') as Record<string, number>, 'constructor')).toBe(2);
});
