import { expect, it } from 'vitest';
import { grantsLabel } from './grants.js';

it('counts what ends with somebody’s access, and says nothing of nothing', () => {
  expect(grantsLabel({ keys: 0, invitations: 0 })).toBe('');
  expect(grantsLabel({ keys: 1, invitations: 0 })).toBe('1 API key');
  expect(grantsLabel({ keys: 2, invitations: 1 })).toBe('2 API keys and 1 invitation or password link');
  expect(grantsLabel({ keys: 0, invitations: 3 })).toBe('3 invitations and password links');
});
