import type { LogPage } from '@meshdeck/shared';
import { screen, waitFor } from '@testing-library/dom';
import { beforeEach, expect, it } from 'vitest';
import { answerCalls, refusal } from '../../testing/hub-answers.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import LogView from './LogView.svelte';

const logs = 'GET /api/v1/jobs/0123456789/logs';
const jobId = '0123456789';
const page = (attempt: `${number}-${number}`, ...lines: string[]): LogPage['logs'][number] => ({
  attemptId: `${jobId}-${attempt}` as const,
  dropped: 0,
  lines: lines.map((text) => ({ ts: 1000, stream: 'stdout', text })),
});
const whole = (...messages: LogPage['logs']): LogPage => ({
  logs: messages,
  nextCursor: null,
  previousCursor: null,
  isEnd: true,
});
const shown = () => [...document.querySelectorAll('.line .text')].map(({ textContent }) => textContent);

beforeEach(() => {
  signIn();
});

it('shows what a job printed, and which attempt it was only where there were several', async () => {
  answerCalls({ [logs]: () => whole(page('0-1', 'so far', 'so good')) });
  const { unmount } = render(LogView, { jobId, moving: false });
  await waitFor(() => expect(shown()).toEqual(['so far', 'so good']));
  expect(document.querySelector('.attempt')).toBeNull();
  unmount();
  answerCalls({ [logs]: () => whole(page('0-1', 'so far'), page('0-2', 'again')) });
  render(LogView, { jobId, moving: false });
  await waitFor(() => expect(shown()).toEqual(['so far', 'again']));
  expect([...document.querySelectorAll('.attempt')].map(({ textContent }) => textContent)).toEqual([
    '0-1',
    '0-2',
  ]);
});

it('signs the link to the whole log: without the origin key the hub would refuse it', async () => {
  answerCalls({ [logs]: () => whole(page('0-1', 'hello')) });
  render(LogView, { jobId, moving: false });
  const link = await screen.findByText<HTMLAnchorElement>('Download');
  await waitFor(() => expect(link.getAttribute('href')).toMatch(/\/logs\/download\?[a-z-]+=[\w-]{43}$/));
});

it('tells apart a job that has not printed yet, one that never did, and a log that does not come', async () => {
  answerCalls({ [logs]: () => whole() });
  const { unmount, update } = render(LogView, { jobId, moving: true });
  expect(screen.getByText('Fetching the log…')).toBeTruthy();
  expect(await screen.findByText(/Nothing printed yet/)).toBeTruthy();
  update({ moving: false });
  expect(screen.getByText('It printed nothing.')).toBeTruthy();
  expect(screen.queryByText('Download')).toBeNull();
  unmount();

  answerCalls({
    [logs]: () => {
      throw refusal('internal', 'The log cannot be read.');
    },
  });
  render(LogView, { jobId, moving: false });
  expect(await screen.findByText('The log cannot be read.')).toBeTruthy();
  answerCalls({ [logs]: () => whole(page('0-1', 'there it is')) });
  user.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(shown()).toEqual(['there it is']));
});

it('draws only the lines in view of a long log', async () => {
  const lines = Array.from({ length: 500 }, (_, at) => `line ${at}`);
  answerCalls({ [logs]: () => whole(page('0-1', ...lines)) });
  render(LogView, { jobId, moving: false });
  await screen.findByText('500 lines');
  expect(shown().length).toBeGreaterThan(0);
  expect(shown().length).toBeLessThan(100);
});
