import { screen, within } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { nodes } from '../../live/nodes.svelte.js';
import { notes } from '../../live/notes.svelte.js';
import { router } from '../../router/router.svelte.js';
import { answerCalls, refusal } from '../../testing/hub-answers.js';
import { knowMachines, machine } from '../../testing/machines.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import MachinesPage from './MachinesPage.svelte';

const joined = () => screen.getByRole('region', { name: 'Joined machines' });
const links = () =>
  within(joined())
    .getAllByRole('link')
    .map((link) => link.textContent.trim());

it('keeps the shape of what comes while it loads', () => {
  signIn();
  render(MachinesPage, {});
  expect(screen.getAllByRole('status', { name: 'Loading' })).toHaveLength(2);
});

it('says why nothing came, and asks the hub again on demand', async () => {
  signIn();
  const calls = answerCalls({
    'GET /api/v1/nodes': () => ({ nodes: [machine('lab-1')], nextCursor: null }),
    'GET /api/v1/series': () => ({ series: [] }),
  });
  nodes.error = refusal('hub-unreachable', 'The hub does not answer.');
  render(MachinesPage, {});
  expect(screen.getByRole('alert').textContent).toContain('The hub does not answer.');
  user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('link', { name: 'lab-1' })).toBeTruthy();
  expect(calls.some(({ path }) => path === '/api/v1/nodes')).toBe(true);
});

it('offers the first step in an empty room to whoever may take it', () => {
  signIn();
  knowMachines();
  const { unmount } = render(MachinesPage, {});
  user.click(screen.getByRole('button', { name: 'Add the first machine' }));
  expect(screen.getByRole('dialog', { name: 'Add machine' })).toBeTruthy();
  expect(router.query.get('add')).toBe('machine');
  unmount();

  router.setQuery({ add: null });
  signIn({ role: 'user', rights: { 'join-tokens.manage': 'none', 'machines.admit': 'none' } });
  render(MachinesPage, {});
  expect(screen.getByText(/An admin or operator of this hub adds machines/)).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

it('opens no dialog by an address for whoever may not add machines', () => {
  signIn({ rights: { 'join-tokens.manage': 'none' } });
  knowMachines();
  router.setQuery({ add: 'machine' });
  render(MachinesPage, {});
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('shows who waits for approval only to those who may approve', () => {
  knowMachines(machine('newcomer', { membership: 'pending', presence: 'lost', code: '123456' }));
  signIn();
  const { unmount } = render(MachinesPage, {});
  expect(screen.getByRole('region', { name: 'Machines waiting for approval' })).toBeTruthy();
  unmount();
  signIn({ rights: { 'machines.admit': 'none' } });
  render(MachinesPage, {});
  expect(screen.queryByRole('region', { name: 'Machines waiting for approval' })).toBeNull();
  expect(screen.getByText('No machines yet')).toBeTruthy();
});

it('finds machines by name, label, platform and state, and leads out of a filter that finds none', () => {
  signIn();
  knowMachines(
    machine('alpha', { labels: { room: 'A12' }, platform: 'linux arm64' }),
    machine('beta', { scheduling: 'cordoned', rank: 2 }),
  );
  render(MachinesPage, {});
  const filter = screen.getByRole('searchbox', { name: 'Filter machines' });
  for (const [typed, expected] of [
    ['room=A12', ['alpha']],
    ['ARM64 alp', ['alpha']],
    ['cordoned', ['beta']],
    ['a', ['alpha', 'beta']],
  ] as const) {
    user.type(filter, typed);
    expect(links(), typed).toEqual(expected);
  }
  user.type(filter, 'gamma');
  expect(within(joined()).getByText('No machine matches this filter.')).toBeTruthy();
  user.click(screen.getByRole('button', { name: 'Clear filter' }));
  expect(links()).toEqual(['alpha', 'beta']);
});

it('finds machines by what people wrote down about them', () => {
  signIn();
  const alpha = machine('alpha');
  knowMachines(alpha, machine('beta', { rank: 2 }));
  notes.put({
    ...{ id: 'n1', nodeId: alpha.id, text: 'Belongs to Lab 3', createdAt: 1 },
    author: { id: 'ada', name: 'Ada' },
  });
  render(MachinesPage, {});
  const filter = screen.getByRole('searchbox', { name: 'Filter machines' });
  user.type(filter, 'lab 3');
  expect(links()).toEqual(['alpha']);
  notes.drop('n1');
  flushSync();
  expect(within(joined()).getByText('No machine matches this filter.')).toBeTruthy();
});

it('offers to tell lost from active machines once one is lost', () => {
  signIn();
  knowMachines(machine('alpha'), machine('beta', { rank: 2 }));
  render(MachinesPage, {});
  expect(screen.queryByRole('radiogroup', { name: 'Presence' })).toBeNull();
  nodes.put(machine('beta', { presence: 'lost', lostReason: 'silent', rank: null }));
  flushSync();
  user.click(screen.getByRole('radio', { name: 'Lost 1' }));
  expect(links()).toEqual(['beta']);
});

it('shows more than six machines as a table and remembers what was chosen instead', () => {
  signIn();
  knowMachines(
    ...Array.from({ length: 7 }, (_, at) =>
      machine(`m${at}`, {
        score: { score: 9 - at, load: 1, performance: 1, thermal: 1, thermalUnknown: false },
      }),
    ),
  );
  const { unmount } = render(MachinesPage, {});
  expect(screen.getByRole('table')).toBeTruthy();
  user.click(screen.getByRole('radio', { name: 'Cards' }));
  expect(screen.queryByRole('table')).toBeNull();
  unmount();
  render(MachinesPage, {});
  expect(screen.queryByRole('table')).toBeNull();
});
