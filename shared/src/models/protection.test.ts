import { expect, it } from 'vitest';
import {
  protectionLevel,
  protectionLineSchema,
  protectionStages,
  protectionTries,
  protectsEnough,
  type ProtectionLine,
  type ProtectionStage,
  type ProtectionSubject,
} from './protection.js';

const every = protectionStages.flatMap((stage) =>
  protectionTries[stage].map((subject) => `${stage} ${subject}`),
);

const lines = (held: readonly string[], other: ProtectionLine['state'] = 'not-held') =>
  every.map((each): ProtectionLine => {
    const [stage, subject] = each.split(' ') as [ProtectionStage, ProtectionSubject];
    return { stage, subject, state: held.includes(each) ? 'held' : other, how: '' };
  });

it('is strong only where every line held, at every stage', () => {
  expect(protectionLevel(lines(every))).toBe('strong');
  for (const missing of every)
    expect(protectionLevel(lines(every.filter((each) => each !== missing)))).not.toBe('strong');
});

const basic = ['agent-key', 'other-jobs', 'outside-files'];
it('is basic where the key, other jobs and the files of the machine are safe from apps and from their packages', () => {
  const both = ['script', 'install'].flatMap((stage) => basic.map((subject) => `${stage} ${subject}`));
  expect(protectionLevel(lines(both))).toBe('basic');
  for (const missing of both)
    expect(protectionLevel(lines(both.filter((each) => each !== missing)))).toBe('none');
});

it('does not take an agent for strong that has not tried every stage', () => {
  const tried = lines(every).filter(({ stage }) => stage === 'script');
  expect(protectionLevel(tried)).toBe('none');
});

it('takes a line without a stage for a script’s', () => {
  expect(protectionLineSchema.parse({ subject: 'memory', state: 'held', how: '' }).stage).toBe('script');
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
