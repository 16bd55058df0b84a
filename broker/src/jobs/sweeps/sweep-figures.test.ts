import { mostSweepFigures, type Figure, type JobState } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { figuresOfJob, sweepFigures } from './sweep-figures.js';
import { sortedRows, sweepRow } from './sweep-row.js';

type Job = Parameters<typeof sweepFigures>[0][number];

/** A job of a sweep as far as its figures go. */
function job(number: number, figures: Record<string, Figure> | null, state: JobState = 'succeeded'): Job {
  const files = figures === null ? undefined : { metrics: { figures } };
  return {
    ...{ id: `000000000${number}`, state },
    sweep: { id: 'sweep', name: 'Sweep', number, size: 9, params: [] },
    tasks: [{ attempts: [], files }] as unknown as JobDocument['tasks'],
  };
}

const rowsOf = (jobs: readonly Job[], names: readonly string[]) =>
  jobs.map((each) => sweepRow({ ...each, options: {}, startedAt: null, failure: null } as never, names, 0));

it('finds the least and the greatest number of each figure among the jobs that succeeded', () => {
  const jobs = [
    job(1, { accuracy: 0.8, loss: 0.5, model: 'small' }),
    job(2, { accuracy: 0.95, loss: 'NaN' }),
    job(3, { accuracy: 0.95, loss: 0.2 }),
    job(4, { accuracy: 0.99, loss: 9 }, 'failed'),
    job(5, null, 'running'),
  ];
  expect(sweepFigures(jobs)).toEqual({
    figureCount: 2,
    figures: [
      {
        name: 'accuracy',
        least: { jobId: '0000000001', number: 1, value: 0.8 },
        greatest: { jobId: '0000000002', number: 2, value: 0.95 },
      },
      {
        name: 'loss',
        least: { jobId: '0000000003', number: 3, value: 0.2 },
        greatest: { jobId: '0000000001', number: 1, value: 0.5 },
      },
    ],
  });
});

it('names no least and greatest where all are alike, or there is one', () => {
  const none = { least: null, greatest: null };
  expect(sweepFigures([job(1, { epochs: 12 }), job(2, { epochs: 12 })]).figures).toEqual([
    { name: 'epochs', ...none },
  ]);
  expect(sweepFigures([job(1, { loss: 1 })]).figures).toEqual([{ name: 'loss', ...none }]);
});

it('has a bounded number of columns, and says how many there are', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, at]));
  const found = sweepFigures([job(1, many), job(2, { more: 1 })]);
  expect(found.figures).toHaveLength(mostSweepFigures);
  expect(found.figureCount).toBe(101);
});

it('takes the figures of a job in one piece only', () => {
  const whole = job(1, { loss: 1 });
  expect(figuresOfJob(whole)).toEqual({ loss: 1 });
  expect(figuresOfJob({ tasks: [...whole.tasks, ...whole.tasks] })).toEqual({});
});

it('sorts by a figure: infinite ones at the ends, NaN and nothing last either way', () => {
  const jobs = [{ loss: 10 }, { loss: 'NaN' }, { loss: 2 }, { loss: 'Infinity' }, {}, { loss: 1e-9 }];
  const rows = rowsOf(
    jobs.map((figures, at) => job(at + 1, figures as Record<string, Figure>)),
    ['loss'],
  );
  const order = (descending: boolean) =>
    sortedRows(rows, 'figure:loss', descending).map(({ number }) => number);
  expect(order(false)).toEqual([6, 3, 1, 4, 2, 5]);
  expect(order(true)).toEqual([4, 1, 3, 6, 2, 5]);
});

it('takes a figure by any name for what it is, names of JavaScript too', () => {
  const rows = rowsOf([job(1, { constructor: 2, 'a.b: c': 1 }), job(2, null)], ['constructor', 'a.b: c']);
  expect(rows.map(({ figures }) => Object.entries(figures))).toEqual([
    Object.entries({ constructor: 2, 'a.b: c': 1 }),
    [],
  ]);
  expect(sortedRows(rows, 'figure:constructor', true).map(({ number }) => number)).toEqual([1, 2]);
});
