import { screen, waitFor } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import { jobs } from '../../live/jobs.svelte.js';
import { router } from '../../router/router.svelte.js';
import { answerCalls, type HubAnswers, type HubCall, refusal } from '../../testing/hub-answers.js';
import { job, knowJobs } from '../../testing/jobs.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import JobsPage from './JobsPage.svelte';

const counts: HubAnswers = { 'GET /api/v1/jobs/counts': () => ({ byState: {}, deadLetters: 0 }) };
const listed = () =>
  [...document.querySelectorAll('tr[aria-label] .row-name')].map(({ textContent }) => textContent);
const asked = (calls: HubCall[]) => calls.filter(({ path }) => path === '/api/v1/jobs');
const three = () =>
  knowJobs(
    job('old', { createdAt: 1000, rows: 5 }),
    job('new', {
      createdAt: 3000,
      rows: null,
      state: 'running',
      progress: 0.5,
      output: null,
      finishedAt: null,
    }),
    job('broken', { createdAt: 2000, rows: 90, state: 'failed', output: null }),
  );

beforeEach(() => {
  signIn();
  router.go('/jobs');
  answerCalls(counts);
});

it('loads in the shape of what comes, and says why nothing did', () => {
  const { unmount } = render(JobsPage, {});
  expect(screen.getByRole('status', { name: 'Loading' })).toBeTruthy();
  unmount();
  jobs.error = refusal('hub-unreachable', 'The hub does not answer.');
  render(JobsPage, {});
  expect(screen.getByRole('alert').textContent).toContain('The hub does not answer.');
});

it('says what a job is where there is none, and leads to the first', () => {
  knowJobs();
  render(JobsPage, {});
  expect(
    screen.getByRole<HTMLAnchorElement>('link', { name: 'Run the first job' }).getAttribute('href'),
  ).toBe('/run');
  expect(screen.queryByRole('table')).toBeNull();
});

it('shows the newest first, and sorts by any column with the unknown last', () => {
  three();
  render(JobsPage, {});
  expect(listed()).toEqual(['new', 'broken', 'old']);
  user.click(screen.getByRole('button', { name: 'Rows' }));
  expect(listed()).toEqual(['old', 'broken', 'new']);
  user.click(screen.getByRole('button', { name: 'Rows' }));
  expect(listed()).toEqual(['broken', 'old', 'new']);
});

it('counts by state, keeps the chosen one in the address, and asks the hub for it', async () => {
  const calls = answerCalls({ ...counts, 'GET /api/v1/jobs': () => ({ jobs: [], nextBefore: null }) });
  three();
  render(JobsPage, {});
  user.click(screen.getByRole('radio', { name: 'Failed 1' }));
  expect(router.query.get('state')).toBe('failed');
  await waitFor(() => expect(asked(calls)).toHaveLength(1));
  expect(asked(calls)[0]?.query.getAll('state')).toEqual(['failed']);
  expect(listed()).toEqual(['broken']);
});

it('asks the hub once for what was typed, when the typing rests', async () => {
  const found = job('nightly import', { createdAt: 5 });
  const calls = answerCalls({ ...counts, 'GET /api/v1/jobs': () => ({ jobs: [found], nextBefore: null }) });
  three();
  render(JobsPage, {});
  const field = screen.getByRole('searchbox', { name: 'Filter jobs' });
  for (const text of ['n', 'ni', 'nightly']) user.type(field, text);
  await waitFor(() => expect(listed()).toEqual(['nightly import']));
  expect(asked(calls).map(({ query }) => query.get('text'))).toEqual(['nightly']);
});

it('says that nothing goes by what was typed', async () => {
  answerCalls({ ...counts, 'GET /api/v1/jobs': () => ({ jobs: [], nextBefore: null }) });
  three();
  render(JobsPage, {});
  user.type(screen.getByRole('searchbox', { name: 'Filter jobs' }), 'zebra');
  expect(await screen.findByText('No job that goes by “zebra”.')).toBeTruthy();
});

it('says whose machine it is narrowed to, and lets go of it', async () => {
  answerCalls({ ...counts, 'GET /api/v1/jobs': () => ({ jobs: [], nextBefore: null }) });
  router.go('/jobs?machine=id-of-lab-1');
  three();
  render(JobsPage, {});
  user.click(screen.getByRole('button', { name: /on lab-1/ }));
  await waitFor(() => expect(router.query.get('machine')).toBeNull());
  flushSync();
  expect(screen.queryByText(/^Only/)).toBeNull();
});

it('brings in older jobs until there are none', async () => {
  answerCalls({
    ...counts,
    'GET /api/v1/jobs': ({ query }) => ({
      jobs: query.get('before') === '1000' ? [job('older', { createdAt: 500 })] : [],
      nextBefore: null,
    }),
  });
  three();
  jobs.nextBefore = 1000;
  render(JobsPage, {});
  user.click(screen.getByRole('button', { name: 'Load older jobs' }));
  await waitFor(() => expect(listed()).toEqual(['new', 'broken', 'old', 'older']));
  expect(screen.queryByRole('button', { name: 'Load older jobs' })).toBeNull();
});

it('draws the rows in view only, of a list past two hundred', () => {
  knowJobs(...Array.from({ length: 600 }, (_, at) => job(`j${at}`, { createdAt: at })));
  render(JobsPage, {});
  expect(listed().length).toBeLessThan(100);
  expect(listed()[0]).toBe('j599');
});

it('shows progress and a way to cancel of what runs, a result and a way to remove of what has ended', () => {
  three();
  render(JobsPage, {});
  const row = (name: string) => screen.getByRole('row', { name: `Job ${name}` });
  const menu = (name: string) =>
    [...row(name).querySelectorAll('[role=menuitem]')].map((item) => item.textContent.trim());
  expect(row('new').querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('50');
  expect(menu('new')).toContain('Cancel job…');
  expect(row('new').querySelector('a[download]')).toBeNull();
  expect(row('old').querySelector('[role=progressbar]')).toBeNull();
  expect(menu('old')).toContain('Remove job…');
  expect(row('old').querySelector('a[download]')).not.toBeNull();
});

it('names the owner of a job only where it is somebody else', () => {
  knowJobs(job('mine'), job('theirs', { owner: 'bob', ownerName: 'Bob' }));
  render(JobsPage, {});
  expect(screen.getByRole('row', { name: 'Job theirs' }).textContent).toContain('· Bob');
  expect(screen.getByRole('row', { name: 'Job mine' }).textContent).not.toContain('Ada');
});
