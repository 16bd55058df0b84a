import { expect, it } from 'vitest';
import { isAgents } from './data-files.js';

it.each([
  [[], false],
  [['cache'], true],
  [['identity.json', 'notes.txt'], true],
  [['cache', 'src', 'settings.json'], false],
  [['trash', 'attempts', 'holiday.jpg'], false],
] as const)('takes a folder with %j for an agent’s own: %s', (names, isOne) => {
  expect(isAgents(names)).toBe(isOne);
});
