import type { DeadLetter } from '@meshdeck/shared';
import { screen, waitFor, within } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import { toasts } from '../../state/toasts.svelte.js';
import { answerCalls, type HubAnswers, type HubCall, refusal } from '../../testing/hub-answers.js';
import { job, knowJobs } from '../../testing/jobs.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import DeadLettersPage from './DeadLettersPage.svelte';

const letter = (name: string): DeadLetter => ({
  job: job(name, {
    state: 'failed',
    output: null,
    failure: { code: 'app-crashed', message: `${name} crashed.` },
  }),
  cause: 'app',
  summary: 'It failed on two machines.',
  tasks: [],
});
const list = (...letters: DeadLetter[]): HubAnswers => ({
  'GET /api/v1/jobs/counts': () => ({ byState: {}, deadLetters: letters.length }),
  'GET /api/v1/dead-letters': () => ({
    deadLetters: letters,
    nextBefore: null,
    total: letters.length,
    unreadableMessages: null,
  }),
});
const sent = (calls: HubCall[]) =>
  calls.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body]);
const card = (name: string) => screen.findByRole('article', { name: `Dead letter ${name}` });

beforeEach(() => {
  signIn();
});

it('says what comes here while nothing has', async () => {
  answerCalls(list());
  render(DeadLettersPage, {});
  expect(await screen.findByText('No dead letters')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

it('asks the hub once, and again only when a job has failed or gone', async () => {
  const calls = answerCalls(list(letter('a')));
  const asked = () => calls.filter(({ path }) => path === '/api/v1/dead-letters').length;
  render(DeadLettersPage, {});
  await card('a');
  // What a fetch that sets off the next would do by then.
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve().then(() => flushSync());
  expect(asked()).toBe(1);
  knowJobs(job('b', { state: 'failed' }));
  flushSync();
  await waitFor(() => expect(asked()).toBe(2));
});

it('runs the chosen ones again, and them only', async () => {
  const calls = answerCalls({
    ...list(letter('a'), letter('b')),
    'POST /api/v1/dead-letters/rerun': () => ({ done: [{ id: 'job-b', jobId: 'new' }], refused: [] }),
  });
  render(DeadLettersPage, {});
  user.click(within(await card('b')).getByRole('checkbox', { name: 'Choose b' }));
  user.click(screen.getByRole('button', { name: 'Run 1 again' }));
  await waitFor(() => expect(toasts.shown.map(({ message }) => message)).toEqual(['1 job run again.']));
  expect(sent(calls)).toEqual([['/api/v1/dead-letters/rerun', { ids: ['job-b'] }]]);
  expect(
    await screen.findByRole('button', { name: 'Run all again' }),
    'nothing is chosen any more',
  ).toBeTruthy();
});

it('puts all aside only when that is confirmed', async () => {
  const calls = answerCalls({
    ...list(letter('a'), letter('b')),
    'POST /api/v1/dead-letters/dismiss': () => ({ done: [], refused: [] }),
  });
  render(DeadLettersPage, {});
  await card('a');
  user.click(screen.getByRole('button', { name: 'Put all aside' }));
  expect(screen.getByRole('dialog', { name: 'Put 2 dead letters aside?' })).toBeTruthy();
  expect(sent(calls)).toEqual([]);
  user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Put all aside' }));
  await waitFor(() => expect(sent(calls)).toEqual([['/api/v1/dead-letters/dismiss', { all: true }]]));
});

it('says of each that was refused why, and of the others that they went', async () => {
  answerCalls({
    ...list(letter('a'), letter('b')),
    'POST /api/v1/dead-letters/rerun': () => ({
      done: [{ id: 'job-a', jobId: 'new' }],
      refused: [{ id: 'job-b', reason: 'Its table is gone.' }],
    }),
  });
  render(DeadLettersPage, {});
  await card('a');
  user.click(screen.getByRole('button', { name: 'Run all again' }));
  await waitFor(() =>
    expect(toasts.shown.map(({ tone, message }) => [tone, message])).toEqual([
      ['good', '1 job run again.'],
      ['bad', 'Its table is gone.'],
    ]),
  );
});

it('says why the list did not come, and tries again', async () => {
  answerCalls({
    'GET /api/v1/dead-letters': () => {
      throw refusal('internal', 'The list cannot be read.');
    },
  });
  render(DeadLettersPage, {});
  expect(await screen.findByText('The list cannot be read.')).toBeTruthy();
  answerCalls(list(letter('a')));
  user.click(screen.getByRole('button', { name: 'Try again' }));
  expect((await card('a')).textContent).toContain('a crashed.');
});
