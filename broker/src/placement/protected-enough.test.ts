import { expect, it } from 'vitest';
import { neededProtection } from './protected-enough.js';

it.each([
  [undefined, undefined, undefined],
  ['basic', undefined, 'basic'],
  [undefined, 'strong', 'strong'],
  ['basic', 'strong', 'strong'],
  // A person cannot ask for less than the app.
  ['strong', 'basic', 'strong'],
] as const)('of what the app (%s) and the person (%s) ask for the stricter counts', (app, person, needed) => {
  expect(neededProtection(app, person)).toBe(needed);
});
