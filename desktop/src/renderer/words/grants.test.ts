import { expect, it } from 'vitest';
import { grantsWords } from './grants.js';

it('counts what ends with somebody’s access, and says nothing of nothing', () => {
  expect(grantsWords({ keys: 0, invitations: 0 })).toBe('');
  expect(grantsWords({ keys: 1, invitations: 0 })).toBe('1 API key');
  expect(grantsWords({ keys: 2, invitations: 1 })).toBe('2 API keys and 1 invitation or password link');
  expect(grantsWords({ keys: 0, invitations: 3 })).toBe('3 invitations and password links');
});
