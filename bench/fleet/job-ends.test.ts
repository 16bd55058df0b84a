import type { JobSummary, JobView } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { jobEnds } from './job-ends.mjs';

interface Ended {
  id: string;
  state?: string;
  /** How each attempt ended. */
  attempts?: string[];
}

/** A hub that has these jobs, two a page. */
function hubWith(jobs: readonly Ended[]) {
  const summaries = jobs.map(({ id, state = 'succeeded', attempts = ['succeeded'] }) => ({
    ...{ id, state, attempts: attempts.length },
  })) as unknown as JobSummary[];
  async function call(_method: string, path: string): Promise<unknown> {
    const { pathname, searchParams } = new URL(path, 'http://hub');
    if (pathname === '/jobs') {
      const from = Number(searchParams.get('before') ?? 0);
      const next = from + 2;
      return { jobs: summaries.slice(from, next), nextBefore: next < jobs.length ? next : null };
    }
    const { attempts = [] } = jobs.find(({ id }) => pathname === `/jobs/${id}`) ?? {};
    return { tasks: [{ attempts: attempts.map((state) => ({ state })) }] } as unknown as JobView;
  }
  return { call } as unknown as Parameters<typeof jobEnds>[0];
}

const ids = (...names: string[]) => new Set(names);
const whole: Ended[] = ['a', 'b', 'c'].map((id) => ({ id }));

it('finds nothing where every job ended once, also where an attempt before was given up', async () => {
  const retried = { id: 'd', attempts: ['abandoned', 'succeeded'] };
  expect(await jobEnds(hubWith([...whole, retried]), ids('a', 'b', 'c', 'd'))).toEqual({
    lost: [],
    doubled: [],
  });
});

it('finds a job that is not there, and one that has not succeeded', async () => {
  const jobs = [...whole, { id: 'd', state: 'failed' }, { id: 'e', state: 'running' }];
  const { lost, doubled } = await jobEnds(hubWith(jobs), ids('a', 'b', 'c', 'd', 'e', 'gone'));
  expect([...lost].sort()).toEqual(['d', 'e', 'gone']);
  expect(doubled).toEqual([]);
});

it('finds a job that nobody handed in, one that is there twice, and one whose result was committed twice', async () => {
  const jobs = [
    ...whole,
    { id: 'a' },
    { id: 'nobody' },
    { id: 'd', attempts: ['succeeded', 'abandoned', 'succeeded'] },
  ];
  const { lost, doubled } = await jobEnds(hubWith(jobs), ids('a', 'b', 'c', 'd'));
  expect(lost).toEqual([]);
  expect([...doubled].sort()).toEqual(['a', 'd', 'nobody']);
});
