import type { Candidate, Decision, DecisionMachines, Why } from '@meshdeck/shared';
import { screen, within } from '@testing-library/dom';
import { expect, it, vi } from 'vitest';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import PlacementExplanation from './PlacementExplanation.svelte';

const candidate = (name: string, over: Partial<Candidate> = {}): Candidate => ({
  nodeId: `id-${name}`,
  nodeName: name,
  heartbeatAt: 9000,
  freeSlots: 1,
  score: { score: 4, load: 20, performance: 0.2, thermal: 1, thermalUnknown: false },
  placedSinceHeartbeat: 0,
  effectiveScore: 4,
  rank: 1,
  rejections: [],
  ...over,
});
const decision = (over: Partial<Decision> = {}): Decision => ({
  at: 10_000,
  task: 0,
  attempt: 1,
  outcome: 'placed',
  chosenNodeId: 'id-best',
  summary: 'best was the strongest of 3.',
  candidates: [
    candidate('full', { rank: null, rejections: [{ code: 'no-free-slot', message: 'No slot is free.' }] }),
    candidate('second', { rank: 2, effectiveScore: 2, placedSinceHeartbeat: 1 }),
    candidate('best'),
  ],
  ...over,
});
const why = (decisions: Decision[], over: Partial<Why> = {}): Why => ({
  jobId: 'j1',
  state: 'running',
  summary: 'No machine was looked at yet.',
  decisions,
  ...over,
});
const noMachines = (_number: number, _from: number): Promise<DecisionMachines> =>
  Promise.reject(new Error('nothing to fetch'));
const open = (given: Why, earlier = vi.fn(() => Promise.resolve()), machines = noMachines) => {
  render(PlacementExplanation, { why: given, earlier, machines });
  return earlier;
};
const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('a')?.textContent);
const row = (name: string) => screen.getByRole('row', { name: `Candidate ${name}` });

it('puts the winner first, marks it, and says in words why others were not taken', () => {
  open(why([decision()]));
  expect(names()).toEqual(['best', 'second', 'full']);
  expect(row('best').textContent).toContain('Chosen');
  expect(row('second').textContent).toContain('eligible, ranked #2');
  expect(row('second').textContent).toContain('1 attempt sent there since, so its score counts ÷ 2');
  expect(row('full').textContent).toContain('No slot is free.');
  expect(row('best').textContent).toContain('1.0 s before');
});

it('shows no column for predictions that nobody made, and one as soon as one machine has one', () => {
  const predicted = candidate('best', {
    prediction: {
      finishMs: 2500,
      queueMs: 0,
      transferMs: 0,
      startMs: 0,
      overheadMs: 500,
      computeMs: 2000,
      loadFactor: 1,
      rowsPerSecond: 50,
      basis: 'machine',
    },
  });
  open(why([decision()]));
  expect(screen.queryByRole('columnheader', { name: 'Done in' })).toBeNull();
  render(PlacementExplanation, {
    why: why([decision({ candidates: [predicted, candidate('second', { rank: 2 })] })]),
    earlier: () => Promise.resolve(),
    machines: noMachines,
  });
  expect(screen.getByRole('columnheader', { name: 'Done in' })).toBeTruthy();
  expect(screen.getByTitle(/50 rows\/s, learned on this machine/).textContent.trim()).toBe('2.5 s');
});

it('shows the newest decision, and any other one that is chosen', () => {
  open(why([decision({ summary: 'the first try' }), decision({ attempt: 2, summary: 'the second try' })]));
  expect(screen.getByText(/the second try/)).toBeTruthy();
  user.choose(screen.getByLabelText('Which decision'), '0');
  expect(screen.getByText(/the first try/)).toBeTruthy();
  expect(screen.queryByText(/the second try/)).toBeNull();
});

it('fetches decisions that are not here once, while nobody can ask twice', async () => {
  let done: () => void = () => undefined;
  const earlier = open(
    why([decision()], { earlier: 12 }),
    vi.fn(() => new Promise<void>((resolve) => (done = resolve))),
  );
  const button = screen.getByRole<HTMLButtonElement>('button', { name: '12 earlier decisions' });
  user.click(button);
  expect(button.disabled).toBe(true);
  done();
  await vi.waitFor(() => expect(button.disabled).toBe(false));
  expect(earlier).toHaveBeenCalledTimes(1);
});

it('asks why it waits, where it does, and names the machine worth waiting for', () => {
  open(
    why([
      decision({
        outcome: 'waiting',
        chosenNodeId: null,
        waitsForNodeId: 'id-best',
        summary: 'It waits for best.',
      }),
    ]),
  );
  expect(screen.getByRole('heading', { name: 'Why is it waiting?' })).toBeTruthy();
  expect(within(row('best')).getByText('Worth waiting for')).toBeTruthy();
});

it('says so where no machine was looked at', () => {
  open(why([]));
  expect(screen.queryByRole('table')).toBeNull();
  expect(screen.getAllByText(/No machine was looked at yet/).length).toBeGreaterThan(0);
});

it('counts the machines of a large room, and fetches them page by page', async () => {
  const best = [candidate('best'), candidate('second', { rank: 2 })];
  const taken = candidate('full', {
    rank: null,
    rejections: [{ code: 'no-free-slot', message: 'No slot is free.' }],
  });
  const machines = vi.fn(async (_number: number, from: number): Promise<DecisionMachines> => ({
    ...{ at: 10_000, total: 3, othersAt: from === 0 ? null : 9000 },
    candidates: from === 0 ? best : [taken],
  }));
  open(
    why([
      decision({ candidates: best, machines: 3, eligible: 2, reasons: { 'no-free-slot': 1 }, number: 7 }),
    ]),
    undefined,
    machines,
  );
  expect(screen.getByText(/Of 3 machines 2 could take it. Not taken: 1 busy./)).toBeTruthy();
  user.click(screen.getByRole('button', { name: 'Show the machines' }));
  user.click(await screen.findByRole('button', { name: 'Show more of 3 machines' }));
  await vi.waitFor(() => expect(names()).toEqual(['best', 'second', 'full']));
  expect(machines.mock.calls).toEqual([
    [7, 0],
    [7, 2],
  ]);
  expect(screen.queryByRole('button', { name: /Show/ })).toBeNull();
  expect(screen.getByText(/the figures are of/)).toBeTruthy();
});
