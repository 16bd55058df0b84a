import { expect, it } from 'vitest';
import { signInProblem } from './sign-in-problem.js';

it('says what a code means, and shows no words of the address', () => {
  expect(signInProblem('')).toBeNull();
  expect(signInProblem('?sign-in-problem=provider-unreachable')).toContain('cannot be asked right now');
  expect(signInProblem('?sign-in-problem=Call%20this%20number')).toBe('Signing in failed. Try again.');
  expect(signInProblem('?sign-in-problem=constructor')).toBe('Signing in failed. Try again.');
});
