import { type NodeView } from '@meshdeck/shared';
import { screen } from '@testing-library/dom';
import { beforeEach, expect, it } from 'vitest';
import { machine } from '../../testing/machines.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import MachineTable from './MachineTable.svelte';

const metrics = (freeCpuPercent: number): NodeView['metrics'] => ({
  ts: 1000,
  sequence: 1,
  freeCpuPercent,
  freeMemPercent: 50,
  freeRamBytes: 2 ** 30,
  totalRamBytes: 2 ** 31,
  loadAverage1m: null,
  cpuTemperatureCelsius: null,
  diskFreeBytes: null,
  diskTotalBytes: null,
  networkRxBytesPerSecond: null,
  networkTxBytesPerSecond: null,
  gpus: [],
  batteryPercent: null,
  uptimeSeconds: 1,
  agentRssBytes: 1,
  slotsBusy: 0,
  slotsTotal: 2,
});
const machines = [
  machine('lab-10', { rank: 2, metrics: metrics(20), slotsBusy: 2 }),
  machine('lab-9', { rank: 1, metrics: metrics(90), slotsBusy: 1 }),
  machine('lab-1', { rank: null, presence: 'lost', lostReason: 'silent', metrics: null, slotsBusy: 0 }),
];
const open = () => render(MachineTable, { machines, performanceMost: 1 });
const names = () =>
  [...document.querySelectorAll('tr[aria-label^="Machine "] .row-name')].map((link) => link.textContent);
const sortBy = (name: string) => user.click(screen.getByRole('button', { name }));

beforeEach(() => {
  signIn();
});

it('puts the strongest first, and those without a rank last', () => {
  open();
  expect(names()).toEqual(['lab-9', 'lab-10', 'lab-1']);
});

it('sorts names as people do, and round again', () => {
  open();
  sortBy('Machine');
  expect(names()).toEqual(['lab-1', 'lab-9', 'lab-10']);
  sortBy('Machine');
  expect(names()).toEqual(['lab-10', 'lab-9', 'lab-1']);
});

it('leaves what is not known at the end whichever way it is sorted', () => {
  open();
  sortBy('CPU free');
  expect(names()).toEqual(['lab-10', 'lab-9', 'lab-1']);
  sortBy('CPU free');
  expect(names()).toEqual(['lab-9', 'lab-10', 'lab-1']);
});

it('shows no numbers of a machine that is lost, and says why it is', () => {
  open();
  const row = screen.getByRole('row', { name: 'Machine lab-1' });
  expect(row.textContent).toContain('it fell silent');
  expect(row.textContent).not.toContain('%');
  expect(row.classList.contains('lost')).toBe(true);
});

it('unfolds what a score is made of in its own row', () => {
  open();
  const score = screen.getByRole('button', { name: 'Score of lab-9' });
  expect(score.getAttribute('aria-expanded')).toBe('false');
  user.click(score);
  expect(score.getAttribute('aria-expanded')).toBe('true');
  expect(screen.getByText(/90 % of the CPU and 50 % of memory are free/)).toBeTruthy();
});

it('moves from row to row by arrow keys', () => {
  open();
  const first = screen.getByRole('link', { name: 'lab-9' });
  first.focus();
  user.press(first, 'ArrowDown');
  expect(document.activeElement?.textContent).toBe('lab-10');
  user.press(document.activeElement ?? first, 'End');
  expect(document.activeElement?.textContent).toBe('lab-1');
});
