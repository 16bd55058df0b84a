import { screen } from '@testing-library/dom';
import { expect, it } from 'vitest';
import { nodes } from '../../live/nodes.svelte.js';
import { refusal } from '../../testing/hub-answers.js';
import { knowMachines, machine } from '../../testing/machines.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import MachinePage from './MachinePage.svelte';

const benchmark = () => screen.queryByRole<HTMLButtonElement>('button', { name: /Benchmark now|Measuring/ });
const open = () => render(MachinePage, { id: 'lab-1' });

it('tells a machine that is not there from one that has not come yet', () => {
  signIn();
  const { unmount } = open();
  expect(screen.getByRole('status', { name: 'Loading' })).toBeTruthy();
  unmount();
  nodes.error = refusal('hub-unreachable', 'The hub does not answer.');
  const failed = open();
  expect(screen.getByRole('alert').textContent).toContain('The hub does not answer.');
  failed.unmount();
  nodes.error = null;
  knowMachines(machine('other'));
  open();
  expect(screen.getByRole('heading', { name: 'No such machine' })).toBeTruthy();
});

it('offers to measure a machine that can be measured now, to those who look after it', () => {
  signIn();
  knowMachines(machine('lab-1'));
  const { unmount } = open();
  expect(benchmark()?.disabled).toBe(false);
  unmount();
  knowMachines(machine('lab-1', { benchmarking: true }));
  const measuring = open();
  expect(benchmark()?.disabled).toBe(true);
  measuring.unmount();
  signIn({ role: 'user', rights: { 'machines.manage': 'none' } });
  open();
  expect(benchmark()).toBeNull();
  expect(screen.queryByRole('menu')).toBeNull();
});

it('shows the code of a machine that asks only to those who may let it in', () => {
  knowMachines(machine('lab-1', { membership: 'pending', code: '123456' }));
  signIn();
  const { unmount } = open();
  expect(screen.getByLabelText('Code 123456')).toBeTruthy();
  unmount();
  signIn({ role: 'user', rights: { 'machines.admit': 'none' } });
  open();
  expect(screen.queryByLabelText('Code 123456')).toBeNull();
});
