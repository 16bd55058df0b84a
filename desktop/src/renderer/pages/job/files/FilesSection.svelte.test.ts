import type { FilePreview, JobFile, JobFiles, JobView } from '@meshdeck/shared';
import { screen, waitFor, within } from '@testing-library/dom';
import { beforeEach, expect, it } from 'vitest';
import { answerCalls, refusal, type HubAnswers } from '../../../testing/hub-answers.js';
import { jobView } from '../../../testing/jobs.js';
import { signIn } from '../../../testing/people.js';
import { render } from '../../../testing/render.svelte.js';
import { user } from '../../../testing/user.js';
import FilesSection from './FilesSection.svelte';

const hash = 'c'.repeat(64);
const base = 'GET /api/v1/jobs/job-train/files';
const file = (path: string, over: Partial<JobFile> = {}): JobFile => ({
  ...{ path, bytes: 2048, sha256: hash, type: 'text/csv', isPartial: false },
  ...over,
});
const list = (files: JobFile[], over: Partial<JobFiles & { nextCursor: string | null }> = {}) => ({
  ...{ files, count: files.length, bytes: 2048 * files.length, isPartial: false, nextCursor: null },
  leftOut: { count: 0, examples: [] },
  ...over,
});
const training = (over: Partial<JobView> = {}): JobView => {
  const { app } = jobView('train');
  return jobView('train', { app: { ...app, runtime: 'python' }, output: null, ...over });
};
function show(answers: HubAnswers, job = training()) {
  const calls = answerCalls(answers);
  return { calls, ...render(FilesSection, { job }) };
}

beforeEach(() => {
  signIn();
});

it('lists every file, pictures first, with a link to one and to all', async () => {
  const picture = file('plots/loss.png', { type: 'image/png' });
  show({ [base]: () => list([file('a (1).csv'), picture]) });
  expect(await screen.findByText('2 files, 4.0 KiB')).toBeTruthy();
  const pictures = screen.getByRole('list', { name: 'Pictures' });
  expect((await within(pictures).findByRole('img')).getAttribute('alt')).toBe('plots/loss.png');
  const one = await screen.findByRole('link', { name: 'Download a (1).csv' });
  await waitFor(() => expect(one.getAttribute('href')).toMatch(/\/content\?path=a\+%281%29\.csv&/));
  const all = await screen.findByRole('link', { name: /^Download all/ });
  await waitFor(() => expect(all.getAttribute('href')).toMatch(/\/files\/zip\?/));
});

it('says that files of a failed run may be cut, and what was not kept', async () => {
  const leftOut = { count: 3, examples: [{ name: 'latest', why: 'link' as const }] };
  show({ [base]: () => list([file('log.txt', { isPartial: true })], { isPartial: true, leftOut }) });
  expect(await screen.findByText(/The run did not succeed/)).toBeTruthy();
  expect(screen.getByText('partial')).toBeTruthy();
  expect(screen.getByText('latest (a link: write the file itself)')).toBeTruthy();
  expect(screen.getByText('and 2 more')).toBeTruthy();
});

it.each<[string, FilePreview, string]>([
  ['a table', { kind: 'table', header: ['epoch'], rows: [['7']], isCut: true }, 'The first rows'],
  ['JSON', { kind: 'text', text: '{"a":1}', isJson: true, isCut: false }, '"a": 1'],
  ['what has nothing to look at', { kind: 'none', why: 'This is no text.' }, 'This is no text.'],
])('shows the beginning of %s when it is opened', async (_kind, preview, words) => {
  const { calls } = show({ [base]: () => list([file('x.csv')]), [`${base}/preview`]: () => preview });
  user.click(await screen.findByRole('button', { name: 'x.csv' }));
  expect(await screen.findByText(new RegExp(words))).toBeTruthy();
  expect(calls.at(-1)?.query.get('path')).toBe('x.csv');
});

it('fetches further pages, and says where a page did not come', async () => {
  show({
    [base]: ({ query }) =>
      query.has('cursor')
        ? list([file('b.csv')], { count: 2 })
        : list([file('a.csv')], { count: 2, nextCursor: 'on' }),
  });
  user.click(await screen.findByRole('button', { name: 'Show more files' }));
  expect(await screen.findByRole('button', { name: 'b.csv' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'a.csv' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Show more files' })).toBeNull();
});

it('says what went wrong and tries again', async () => {
  show({
    [base]: () => {
      throw refusal('internal', 'The store cannot be read.');
    },
  });
  expect(await screen.findByText('The store cannot be read.')).toBeTruthy();
  answerCalls({ [base]: () => list([]) });
  user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText(/left no files/)).toBeTruthy();
});

it('is not there for a model, whose result is a table, nor while a run has left nothing', async () => {
  show({}, jobView('train'));
  expect(screen.queryByRole('region', { name: 'Files' })).toBeNull();
  const { calls } = show({ [base]: () => list([]) }, training({ state: 'running', finishedAt: null }));
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(screen.queryByRole('region', { name: 'Files' })).toBeNull();
});
