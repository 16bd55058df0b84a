import { expect, it } from 'vitest';
import {
  protectionLevel,
  protectionSubjects,
  protectsEnough,
  type ProtectionLine,
  type ProtectionSubject,
} from './protection.js';

const lines = (held: readonly ProtectionSubject[], other: ProtectionLine['state'] = 'not-held') =>
  protectionSubjects.map((subject): ProtectionLine => ({
    subject,
    state: held.includes(subject) ? 'held' : other,
    how: '',
  }));

it('is strong only where every line held', () => {
  expect(protectionLevel(lines(protectionSubjects))).toBe('strong');
  for (const missing of protectionSubjects)
    expect(protectionLevel(lines(protectionSubjects.filter((subject) => subject !== missing)))).not.toBe(
      'strong',
    );
});

it('is basic where the key, other jobs and the files of the machine are safe', () => {
  expect(protectionLevel(lines(['agent-key', 'other-jobs', 'outside-files']))).toBe('basic');
  expect(protectionLevel(lines(['agent-key', 'other-jobs', 'network', 'processes']))).toBe('none');
});

it('takes what could not be tried as not held', () => {
  expect(protectionLevel(lines([], 'unknown'))).toBe('none');
  expect(protectionLevel([])).toBe('none');
});

it('orders the levels', () => {
  expect(protectsEnough('strong', 'basic')).toBe(true);
  expect(protectsEnough('basic', 'strong')).toBe(false);
  expect(protectsEnough('none', 'none')).toBe(true);
});
