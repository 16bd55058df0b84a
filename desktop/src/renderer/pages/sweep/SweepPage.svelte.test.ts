import type { SweepRow, SweepView } from '@meshdeck/shared';
import { screen, waitFor, within } from '@testing-library/dom';
import { beforeEach, expect, it } from 'vitest';
import { answerCalls, refusal } from '../../testing/hub-answers.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import SweepPage from './SweepPage.svelte';

const path = '/api/v1/sweeps/s1';
const row = (number: number, over: Partial<SweepRow> = {}): SweepRow => ({
  ...{ jobId: `000000000${number}`, number, state: 'succeeded', params: { rate: number / 10 } },
  ...{ figures: { loss: 1 / number }, nodeName: 'lab-1', durationMs: 1500, failure: null },
  ...over,
});
const sweep = (over: Partial<SweepView> = {}): SweepView => ({
  ...{ id: 's1', name: 'Train', ownerName: 'Ada', createdAt: 1000, nextCursor: null, total: 2 },
  app: { name: 'train', title: 'Train', version: '1' },
  params: ['rate'],
  figures: [
    {
      name: 'loss',
      least: { jobId: '0000000002', number: 2, value: 0.5 },
      greatest: { jobId: '0000000001', number: 1, value: 1 },
    },
  ],
  figureCount: 1,
  byState: { succeeded: 2 },
  rows: [row(1), row(2)],
  ...over,
});
const cells = (name: string) =>
  within(screen.getByRole('link', { name }).closest('tr') as HTMLElement)
    .getAllByRole('cell')
    .map(({ textContent }) => textContent.trim().replace(/\s+/g, ' '));

beforeEach(() => {
  signIn();
});

it('shows parameters and figures side by side, the least and the greatest named', async () => {
  const failure = { code: 'app-crashed' as const, message: 'The loss is NaN.' };
  answerCalls({
    [`GET ${path}`]: () =>
      sweep({
        ...{ total: 3, byState: { succeeded: 2, failed: 1 } },
        rows: [row(1), row(2), row(3, { state: 'failed', figures: {}, failure })],
      }),
  });
  render(SweepPage, { id: 's1' });
  expect(await screen.findByText(/3 jobs, 2 succeeded, 1 failed/)).toBeTruthy();
  expect(cells('Job 1').slice(0, 3)).toEqual(['1', '0.1', 'max 1']);
  expect(cells('Job 2').slice(0, 3)).toEqual(['2', '0.2', 'min 0.5']);
  expect(cells('Job 3')).toEqual(['3', '0.3', '–', 'Failed', '1.5 s', 'lab-1', 'The loss is NaN.']);
  expect(screen.queryByRole('button', { name: 'Cancel all jobs' })).toBeNull();
});

it('shows nothing where a job has no figure or parameter of a name that every object knows', async () => {
  const none = { least: null, greatest: null };
  answerCalls({
    [`GET ${path}`]: () =>
      sweep({
        params: ['toString'],
        figures: [{ name: 'constructor', ...none }],
        rows: [row(1, { params: {}, figures: {} }), row(2, { params: {}, figures: { constructor: 5 } })],
      }),
  });
  render(SweepPage, { id: 's1' });
  await screen.findByRole('link', { name: 'Job 1' });
  expect(cells('Job 1').slice(0, 3)).toEqual(['1', '–', '–']);
  expect(cells('Job 2').slice(0, 3)).toEqual(['2', '–', '5']);
});

it('asks the hub for another order, from the first page on', async () => {
  const calls = answerCalls({
    [`GET ${path}`]: ({ query }) => sweep({ nextCursor: query.has('cursor') ? null : 'next' }),
  });
  render(SweepPage, { id: 's1' });
  user.click(await screen.findByRole('button', { name: 'More' }));
  await waitFor(() => expect(calls.at(-1)?.query.get('cursor')).toBe('next'));
  await waitFor(() =>
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Earlier' }).disabled).toBe(false),
  );
  user.click(screen.getByRole('button', { name: 'loss' }));
  await waitFor(() => expect(calls.at(-1)?.query.get('sort')).toBe('figure:loss'));
  expect(calls.at(-1)?.query.has('cursor')).toBe(false);
  user.click(screen.getByRole('button', { name: 'loss' }));
  await waitFor(() => expect(calls.at(-1)?.query.get('descending')).toBe('true'));
});

it('cancels what has not ended after a question', async () => {
  const calls = answerCalls({
    [`GET ${path}`]: () => sweep({ byState: { running: 1, succeeded: 1 } }),
    [`POST ${path}/cancel`]: () => ({ cancelled: 1 }),
  });
  render(SweepPage, { id: 's1' });
  user.click(await screen.findByRole('button', { name: 'Cancel all jobs' }));
  const dialog = screen.getByRole('dialog');
  expect(calls.some(({ method }) => method === 'POST')).toBe(false);
  user.click(within(dialog).getByRole('button', { name: 'Cancel all jobs' }));
  await waitFor(() => expect(calls.some(({ method }) => method === 'POST')).toBe(true));
});

it('tells a sweep that is not there from one that could not be fetched', async () => {
  answerCalls({
    [`GET ${path}`]: () => {
      throw refusal('not-found', 'There is no sweep "s1"; its jobs may have been removed.');
    },
  });
  const { unmount } = render(SweepPage, { id: 's1' });
  expect(await screen.findByRole('link', { name: /Jobs/ })).toBeTruthy();
  unmount();
  answerCalls({
    [`GET ${path}`]: () => {
      throw refusal('internal', 'The disk is full.');
    },
  });
  render(SweepPage, { id: 's1' });
  expect(await screen.findByText('The disk is full.')).toBeTruthy();
  answerCalls({ [`GET ${path}`]: () => sweep() });
  user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'Train' })).toBeTruthy();
});
