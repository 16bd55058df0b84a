import type { AuditEntry } from '@meshdeck/shared';
import { screen, waitFor } from '@testing-library/dom';
import { beforeEach, expect, it } from 'vitest';
import { router } from '../../router/router.svelte.js';
import { answerCalls, type HubCall, refusal } from '../../testing/hub-answers.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import AuditPage from './AuditPage.svelte';

const entry = (id: string, over: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: 1000,
  actor: { id: 'ada', name: 'Ada', role: 'admin', via: 'session', key: null },
  address: '127.0.0.1',
  action: 'jobs.create',
  target: id,
  outcome: 'done',
  status: 201,
  detail: null,
  ...over,
});
const page = (entries: AuditEntry[], nextBefore: string | null = null) => ({ entries, nextBefore });
const targets = () => [...document.querySelectorAll('tbody b')].map(({ textContent }) => textContent);
const asked = (calls: HubCall[]) => calls.map(({ query }) => Object.fromEntries(query));

beforeEach(() => {
  signIn();
  router.go('/audit');
});

it('asks for the last week, and keeps every filter in the address', async () => {
  const calls = answerCalls({ 'GET /api/v1/audit': () => page([entry('one')]) });
  render(AuditPage, {});
  await waitFor(() => expect(targets()).toEqual(['one']));
  const since = Number(asked(calls)[0]?.['since']);
  expect(Math.abs(Date.now() - 7 * 86_400_000 - since)).toBeLessThan(60_000);
  user.choose(screen.getByLabelText('Filter by action'), 'machines');
  user.click(screen.getByRole('radio', { name: 'Refused' }));
  user.choose(screen.getByLabelText('Since when'), 'all');
  await waitFor(() =>
    expect(asked(calls).at(-1)).toEqual({ action: 'machines', outcome: 'refused', limit: '100' }),
  );
  expect(Object.fromEntries(router.query)).toEqual({ action: 'machines', outcome: 'refused', since: 'all' });
});

it('adds older entries beneath, as long as there are any', async () => {
  answerCalls({
    'GET /api/v1/audit': ({ query }) =>
      query.has('before') ? page([entry('older')]) : page([entry('newer')], '2026-05-01.100'),
  });
  render(AuditPage, {});
  user.click(await screen.findByRole('button', { name: 'Show older entries' }));
  await waitFor(() => expect(targets()).toEqual(['newer', 'older']));
  expect(screen.queryByRole('button', { name: 'Show older entries' })).toBeNull();
});

it('tells who did it by what, and strangers as such', async () => {
  answerCalls({
    'GET /api/v1/audit': () =>
      page([
        entry('by key', { actor: { id: 'ada', name: 'Ada', role: 'admin', via: 'key', key: 'nightly' } }),
        entry('by nobody', { actor: null, outcome: 'refused', detail: 'Wrong password.' }),
      ]),
  });
  render(AuditPage, {});
  await waitFor(() => expect(targets()).toEqual(['by key', 'by nobody']));
  const rows = [...document.querySelectorAll('tbody tr')].map(({ textContent }) => textContent);
  expect(rows[0]).toContain('by API key');
  expect(rows[1]).toContain('Somebody unknown');
  expect(rows[1]).toContain('Wrong password.');
});

it('says that nothing of the kind happened, and why nothing could be shown', async () => {
  answerCalls({ 'GET /api/v1/audit': () => page([]) });
  const { unmount } = render(AuditPage, {});
  expect(await screen.findByText('Nothing of that kind happened in this time.')).toBeTruthy();
  unmount();
  answerCalls({
    'GET /api/v1/audit': () => {
      throw refusal('internal', 'The audit cannot be read.');
    },
  });
  render(AuditPage, {});
  expect(await screen.findByText('The audit cannot be read.')).toBeTruthy();
});
