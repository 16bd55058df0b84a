import { expect, it } from 'vitest';
import { countOwners } from './owner-limits.js';

const job = (id: string, owner: string) => ({ id, owner });

it('holds back the jobs of who runs as many as they may, and nobody else', () => {
  const jobs = [job('a', 'ann'), job('b', 'ann'), job('c', 'bob')];
  const owners = countOwners(
    () => jobs.slice(0, 1),
    (owner) => (owner === 'ann' ? 1 : null),
  );
  const mayStart = (id: string) => owners.mayStart(jobs.find((one) => one.id === id) ?? expect.fail());
  expect([mayStart('b'), mayStart('c')]).toEqual([false, true]);
  // A job that runs already gets slots for its other parts.
  expect(mayStart('a')).toBe(true);
});

it('counts what was started at this look', () => {
  const [first, second] = [job('a', 'ann'), job('b', 'ann')];
  const owners = countOwners(
    () => [],
    () => 1,
  );
  expect(owners.mayStart(first)).toBe(true);
  owners.started(first);
  expect(owners.mayStart(first)).toBe(true);
  expect(owners.mayStart(second)).toBe(false);
});
