import { describe, expect, it } from 'vitest';
import { createAmendments } from '../store/finished-job-updates.js';
import { createDeadLetters } from './dead-letters.js';
import { createFindJob } from '../store/find-job.js';
import { failedJob, openBook, storedJob } from '../store/fixtures/stored-jobs.js';
import { jobSummary } from '../job-view.js';

const anybody = { id: 'admin', name: 'Admin', reach: 'all' } as const;

async function desk() {
  const book = await openBook();
  const amendments = createAmendments(book);
  const rerunIds: string[] = [];
  const deadLetters = createDeadLetters({
    book,
    find: createFindJob(book),
    amendments,
    summaryOf: (job) =>
      jobSummary(job, { waitingFor: null, waitingSince: null, predictedFinishAt: null, verifications: [] }),
    rerun: async (id) => {
      rerunIds.push(id);
      const settled = { at: 1, how: 'rerun' } as const;
      await amendments.amend(id, (job) => ({ ...job, settled }));
      return { id: `new-${id}` };
    },
    unreadableMessages: async () => null,
    now: () => 77,
  });
  return { book, deadLetters, rerunIds };
}

describe('dead letters', () => {
  it('are failed jobs with every attempt, and the reason why nobody tries again', async () => {
    const { book, deadLetters } = await desk();
    await book.save(failedJob(1, ['node-lost', 'transfer-failed', 'node-lost']));
    await book.save(failedJob(2, ['app-crashed', 'app-crashed']));
    await book.save(failedJob(3, ['csv-empty']));
    await book.save(storedJob(4, { state: 'failed', failure: { code: 'internal', message: 'No.' } }));
    await book.save(storedJob(5, { state: 'cancelled' }));
    const page = await deadLetters.list({ limit: 10 });
    expect(page.deadLetters.map(({ job, cause }) => [job.createdAt, cause])).toEqual([
      [4, 'hub'],
      [3, 'input'],
      [2, 'app'],
      [1, 'attempt-limit'],
    ]);
    expect(page).toMatchObject({ total: 4, nextBefore: null });
    expect(page.deadLetters[3]).toMatchObject({ summary: 'All 3 attempts were used, on 3 machines.' });
    expect(page.deadLetters[3]?.tasks[0]?.attempts.map(({ failure }) => failure?.code)).toEqual([
      'node-lost',
      'transfer-failed',
      'node-lost',
    ]);
  });

  it('come page by page', async () => {
    const { book, deadLetters } = await desk();
    for (let at = 1; at <= 5; at += 1) await book.save(failedJob(at, ['csv-empty']));
    const first = await deadLetters.list({ limit: 2 });
    expect(first).toMatchObject({ total: 5, nextBefore: 4 });
    const second = await deadLetters.list({ limit: 2, before: first.nextBefore ?? 0 });
    expect(second.deadLetters.map(({ job }) => job.createdAt)).toEqual([3, 2]);
  });

  it('are run again or put aside, one or all, and then are none any more', async () => {
    const { book, deadLetters, rerunIds } = await desk();
    const [one, two, three] = [1, 2, 3].map((at) => failedJob(at, ['csv-empty']));
    if (one === undefined || two === undefined || three === undefined) throw new Error('expected jobs');
    for (const job of [one, two, three]) await book.save(job);
    expect(await deadLetters.dismiss({ ids: [one.id] }, anybody)).toEqual({
      done: [{ id: one.id, jobId: null }],
      refused: [],
    });
    expect(await book.get(one.id)).toMatchObject({ state: 'failed', settled: { at: 77, how: 'dismissed' } });

    const outcome = await deadLetters.rerun({ ids: [one.id, two.id, 'nothing'] }, anybody);
    expect(outcome.done).toEqual([{ id: two.id, jobId: `new-${two.id}` }]);
    expect(outcome.refused.map(({ id }) => id)).toEqual([one.id, 'nothing']);

    await deadLetters.rerun({ all: true }, anybody);
    expect(rerunIds).toEqual([two.id, three.id]);
    expect(await deadLetters.list({ limit: 10 })).toMatchObject({ deadLetters: [], total: 0 });
  });

  it('of others are neither shown to nor touched by somebody who reaches only their own', async () => {
    const { book, deadLetters, rerunIds } = await desk();
    const [mine, other] = [failedJob(1, ['csv-empty'], { owner: 'ada' }), failedJob(2, ['csv-empty'])];
    for (const job of [mine, other]) await book.save(job);
    const ada = { id: 'ada', name: 'Ada', reach: 'own' } as const;
    const page = await deadLetters.list({ limit: 10, owner: ada.id });
    expect(page.deadLetters.map(({ job }) => job.id)).toEqual([mine.id]);
    expect(page.total).toBe(1);
    expect((await deadLetters.dismiss({ ids: [other.id] }, ada)).refused).toMatchObject([{ id: other.id }]);
    expect((await deadLetters.rerun({ all: true }, ada)).done).toHaveLength(1);
    expect(rerunIds).toEqual([mine.id]);
    expect(book.deadLetters()).toBe(1);
  });
});
