import { describe, expect, it } from 'vitest';
import { failedJob, openBook, storedJob } from './fixtures/stored-jobs.js';
import type { JobSearch } from './job-search.js';

async function library() {
  const book = await openBook();
  for (const job of [
    storedJob(1, {
      name: 'Leaf (wet) on "a.*b".csv',
      input: { sha256: 'b'.repeat(64), bytes: 1, name: 'Käfer.csv' },
    }),
    storedJob(2, { state: 'succeeded', app: { ...storedJob(2).app, name: 'digits-2', title: 'Digits two' } }),
    failedJob(3, ['node-lost', 'app-crashed']),
    storedJob(4, { state: 'succeeded', owner: 'p1', ownerName: 'Maria' }),
    failedJob(5, ['csv-empty']),
  ]) {
    await book.save(job);
  }
  const find = async (search: JobSearch, limit = 10, before?: number) =>
    (await book.list({ ...search, limit, before })).map(({ createdAt }) => createdAt);
  return { book, find };
}

describe('looking for jobs', () => {
  it('finds by state, newest first, page by page', async () => {
    const { find } = await library();
    expect(await find({})).toEqual([5, 4, 3, 2, 1]);
    expect(await find({ states: ['failed', 'succeeded'] }, 3)).toEqual([5, 4, 3]);
    expect(await find({ states: ['failed', 'succeeded'] }, 3, 3)).toEqual([2]);
  });

  it('finds by words in any order and case, taken as they are typed', async () => {
    const { find } = await library();
    expect(await find({ text: 'käfer  LEAF' })).toEqual([1]);
    expect(await find({ text: '(wet)' })).toEqual([1]);
    expect(await find({ text: 'a.*b' })).toEqual([1]);
    expect(await find({ text: 'a.b' })).toEqual([]);
    expect(await find({ text: 'maria' })).toEqual([4]);
    expect(await find({ text: '0000000002' })).toEqual([2]);
    expect(await find({ text: '  ' })).toHaveLength(5);
  });

  it('finds by whole app, and by any machine that had an attempt, by id or name', async () => {
    const { find } = await library();
    expect(await find({ app: 'digits' })).toEqual([5, 4, 3, 1]);
    expect(await find({ machine: 'bench-2' })).toEqual([3]);
    expect(await find({ machine: 'node1' })).toEqual([5, 3]);
    expect(await find({ machine: 'bench' })).toEqual([]);
    expect(await find({ machine: 'bench-1', states: ['failed'], text: 'job 5' })).toEqual([5]);
  });
});
