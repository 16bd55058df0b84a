import { expect, it } from 'vitest';
import { nothing } from './count.mjs';
import { judgeFlakes, knownFlakes } from './flakes.mjs';

const counts = {
  ...nothing(),
  passed: 5,
  failed: 1,
  failures: ['x'],
  flakes: ['a > wobbles', 'b > wobbles'],
};

it('fails what passed at its second try only', () => {
  expect(judgeFlakes(counts, [])).toMatchObject({
    passed: 3,
    failed: 3,
    failures: [
      'x',
      'a > wobbles (passed at its second try only)',
      'b > wobbles (passed at its second try only)',
    ],
    flakes: [],
  });
});

it('lets pass what is listed with its reason, and goes on naming it', () => {
  const known = [{ test: 'a > wobbles', reason: 'the network of the runner stalls' }];
  expect(judgeFlakes(counts, known)).toMatchObject({ passed: 4, failed: 2, flakes: ['a > wobbles'] });
});

it('lists each once, with a reason that a reader can follow', () => {
  const known = knownFlakes();
  expect(new Set(known.map(({ test }) => test)).size).toBe(known.length);
  for (const { test, reason } of known) expect(reason.length, test).toBeGreaterThan(20);
});
