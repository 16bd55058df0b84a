import type { JobPriority } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { createJobQueue } from './fair-queue.js';

function job(id: string, owner: string, createdAt: number, running = 0, priority: JobPriority = 'normal') {
  const open = Array.from({ length: running }, () => ({
    state: 'running',
    attempts: [{ state: 'running' }],
  }));
  const tasks = [...open, { state: 'queued', attempts: [] }];
  return { id, owner, createdAt, tasks, options: { priority } } as unknown as JobDocument;
}

function queueOf(jobs: readonly JobDocument[]) {
  const queue = createJobQueue();
  for (const each of jobs) queue.changed(undefined, each);
  return queue;
}
const ids = (jobs: JobDocument[]) => [...queueOf(jobs).inOrder()];

describe('the order of the queue', () => {
  it('is oldest first for one owner', () => {
    expect(ids([job('b', 'ann', 2), job('a', 'ann', 1), job('c', 'ann', 3)])).toEqual(['a', 'b', 'c']);
  });

  it('puts high before normal before low, whatever their age', () => {
    expect(ids([job('l', 'ann', 1, 0, 'low'), job('n', 'ann', 2), job('h', 'bob', 3, 0, 'high')])).toEqual([
      'h',
      'n',
      'l',
    ]);
  });

  it('does not let ten thousand jobs of one keep another’s one waiting', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => job(`ann-${index}`, 'ann', index));
    expect(ids([...many, job('bob-1', 'bob', 20_000)]).indexOf('bob-1')).toBeLessThanOrEqual(1);
  });

  it('lets whoever holds more slots wait longer', () => {
    expect(ids([job('a', 'ann', 1, 3), job('b', 'bob', 2, 1), job('c', 'cat', 3)])).toEqual(['c', 'b', 'a']);
  });

  it('follows jobs as they begin, come back and leave', () => {
    const [a, b, c] = [job('a', 'ann', 1), job('b', 'ann', 2), job('c', 'ann', 3)];
    const queue = queueOf([a, b, c]);
    const begun = { ...a, tasks: [{ state: 'running', attempts: [{ state: 'running' }] }] } as JobDocument;
    queue.changed(a, begun);
    expect([...queue.inOrder()]).toEqual(['b', 'c']);
    queue.changed(c, undefined);
    expect([...queue.inOrder()]).toEqual(['b']);
    queue.changed(begun, a);
    expect([...queue.inOrder()]).toEqual(['a', 'b']);
    expect(queue.size()).toBe(2);
  });

  it('goes on in order while what it names is placed', () => {
    const jobs = Array.from({ length: 3000 }, (_, index) => job(`j${index}`, `o${index % 3}`, index));
    const queue = queueOf(jobs);
    const byId = new Map(jobs.map((each) => [each.id, each]));
    const seen: string[] = [];
    for (const id of queue.inOrder()) {
      seen.push(id);
      queue.changed(byId.get(id), undefined);
    }
    expect(seen).toEqual(jobs.map(({ id }) => id));
    expect([...queue.inOrder()]).toEqual([]);
  });
});
