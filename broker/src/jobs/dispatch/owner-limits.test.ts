import { expect, it } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { countOwners } from './owner-limits.js';

function job(id: string, owner: string, running: boolean) {
  const tasks = [{ state: running ? 'running' : 'queued', attempts: running ? [{ state: 'running' }] : [] }];
  return { id, owner, tasks } as unknown as JobDocument;
}

it('holds back the jobs of who runs as many as they may, and nobody else', () => {
  const jobs = [job('a', 'ann', true), job('b', 'ann', false), job('c', 'bob', false)];
  const owners = countOwners(
    () => jobs,
    (owner) => (owner === 'ann' ? 1 : null),
  );
  const mayStart = (id: string) => owners.mayStart(jobs.find((one) => one.id === id) ?? expect.fail());
  expect([mayStart('b'), mayStart('c')]).toEqual([false, true]);
  // A job that runs already gets slots for its other parts.
  expect(mayStart('a')).toBe(true);
});

it('counts what was started at this look', () => {
  const [first, second] = [job('a', 'ann', false), job('b', 'ann', false)];
  const owners = countOwners(
    () => [first, second],
    () => 1,
  );
  expect(owners.mayStart(first)).toBe(true);
  owners.started(first);
  expect(owners.mayStart(first)).toBe(true);
  expect(owners.mayStart(second)).toBe(false);
});
