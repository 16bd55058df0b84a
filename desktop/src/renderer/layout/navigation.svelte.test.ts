import { screen } from '@testing-library/dom';
import { flushSync } from 'svelte';
import { expect, it, vi } from 'vitest';
import { connection } from '../live/connection.svelte.js';
import { router } from '../router/router.svelte.js';
import { clock } from '../state/clock.svelte.js';
import { session } from '../state/session.svelte.js';
import { job, knowJobs } from '../testing/jobs.js';
import { knowMachines, machine } from '../testing/machines.js';
import { signIn } from '../testing/people.js';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import CommandPalette from './CommandPalette.svelte';
import FirstAdminBanner from './FirstAdminBanner.svelte';
import OfflineBanner from './OfflineBanner.svelte';
import Sidebar from './Sidebar.svelte';
import TopBar from './TopBar.svelte';

const links = () => screen.getAllByRole('link').map((link) => link.getAttribute('href'));

it('leads to every page somebody may be on, and to no other', () => {
  signIn();
  const { unmount } = render(Sidebar, {});
  expect(links()).toContain('/audit');
  unmount();
  signIn({ role: 'user', rights: { 'people.read': 'none', 'audit.read': 'none' } });
  render(Sidebar, {});
  expect(links()).toContain('/machines');
  expect(links()).not.toContain('/people');
  expect(links()).not.toContain('/audit');
});

it('marks the place one is in, on the page of a single thing as well', () => {
  signIn();
  router.go('/jobs/j1');
  render(Sidebar, {});
  const current = screen.getAllByRole('link').filter((link) => link.getAttribute('aria-current') === 'page');
  expect(current.map((link) => link.getAttribute('href'))).toEqual(['/jobs']);
});

it('counts the machines that wait and the jobs under way, in words for those who do not see the badge', () => {
  signIn();
  knowMachines(machine('new', { membership: 'pending' }));
  knowJobs(job('a', { state: 'running' }), job('b', { state: 'queued' }), job('c'));
  render(Sidebar, {});
  expect(screen.getByRole('link', { name: /Machines 1 \(1 machine waiting for approval\)/ })).toBeTruthy();
  expect(screen.getByRole('link', { name: /Jobs 2 \(2 jobs under way\)/ })).toBeTruthy();
});

it('stays collapsed for the next visit', () => {
  signIn();
  const { unmount } = render(Sidebar, {});
  user.click(screen.getByRole('button', { name: 'Collapse the sidebar' }));
  unmount();
  render(Sidebar, {});
  expect(screen.getByRole('button', { name: 'Expand the sidebar' })).toBeTruthy();
});

it('points to machines that wait only for those who may approve them', () => {
  knowMachines(machine('new', { membership: 'pending' }));
  signIn();
  const { unmount } = render(TopBar, { onsearch: vi.fn() });
  expect(screen.getByTitle('Compare codes and approve')).toBeTruthy();
  unmount();
  signIn({ rights: { 'machines.admit': 'none' } });
  render(TopBar, { onsearch: vi.fn() });
  expect(screen.queryByTitle('Compare codes and approve')).toBeNull();
});

it('finds a machine by a part of its name and goes there by keyboard alone', () => {
  signIn();
  knowMachines(machine('lab-1'), machine('bench-2'));
  const onclose = vi.fn();
  render(CommandPalette, { onclose });
  const field = screen.getByRole('combobox', { name: 'Search' });
  user.type(field, 'bench');
  const options = screen.getAllByRole('option');
  expect(options.map((option) => option.textContent)).toEqual([expect.stringContaining('bench-2')]);
  expect(field.getAttribute('aria-activedescendant')).toBe(options[0]?.id);
  user.press(field, 'Enter');
  expect(router.route).toEqual({ page: 'machine', id: 'id-of-bench-2' });
  expect(onclose).toHaveBeenCalledTimes(1);
});

it('walks its entries in a ring, and begins anew with other letters', () => {
  signIn();
  render(CommandPalette, { onclose: vi.fn() });
  const field = screen.getByRole('combobox', { name: 'Search' });
  const chosen = () =>
    screen.getAllByRole('option').findIndex((option) => option.getAttribute('aria-selected') === 'true');
  const last = screen.getAllByRole('option').length - 1;
  user.press(field, 'ArrowUp');
  expect(chosen()).toBe(last);
  user.press(field, 'ArrowDown');
  expect(chosen()).toBe(0);
  user.press(field, 'ArrowDown');
  user.type(field, 's');
  expect(chosen()).toBe(0);
  user.type(field, 'no such thing');
  expect(screen.getByText(/Nothing is called that/)).toBeTruthy();
  user.press(field, 'Enter');
  expect(router.route.page).toBe('machines');
});

it('offers no command in the palette that is refused anyway', () => {
  const open = () => {
    const { unmount } = render(CommandPalette, { onclose: vi.fn() });
    user.type(screen.getByRole('combobox', { name: 'Search' }), 'command');
    const found = screen.getAllByRole('option').map((option) => option.querySelector('.title')?.textContent);
    unmount();
    return found;
  };
  signIn();
  expect(open()).toEqual(expect.arrayContaining(['Add machine', 'Register sensor']));
  signIn({ role: 'user', rights: { 'join-tokens.manage': 'none', 'sensors.manage': 'none' } });
  expect(open()).not.toContain('Add machine');
  expect(open()).not.toContain('Register sensor');
});

it('tells of a lost connection once it lasts, and since when', () => {
  const { state, since } = connection;
  clock.now = 1_000_000;
  connection.state = 'offline';
  connection.since = clock.now - 1000;
  render(OfflineBanner, {});
  expect(screen.queryByRole('alert')).toBeNull();
  clock.now += 120_000;
  flushSync();
  expect(screen.getByRole('alert').textContent).toContain('2 min ago');
  connection.state = 'online';
  flushSync();
  expect(screen.queryByRole('alert')).toBeNull();
  Object.assign(connection, { state, since });
});

it('asks for the first admin only while there is none, and not again after "Later"', () => {
  const me = signIn();
  const { unmount } = render(FirstAdminBanner, {});
  expect(screen.queryByRole('complementary')).toBeNull();
  session.signedIn({ ...me, hasAdmin: false });
  flushSync();
  user.click(screen.getByRole('button', { name: 'Later' }));
  expect(screen.queryByRole('complementary')).toBeNull();
  unmount();
  render(FirstAdminBanner, {});
  expect(screen.queryByRole('complementary')).toBeNull();
});
