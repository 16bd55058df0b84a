import { agentFeatures, type SweepAxis } from '@meshdeck/shared';
import { expect, it, vi } from 'vitest';
import { ada, openJobRoom } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const first = { sort: 'number', descending: false, limit: 500 };

async function openWith() {
  const features = [agentFeatures.params];
  const room = await openJobRoom({
    machines: [idleMachine('one', { at: 1_000_000, slots: 9, features })],
  });
  const app = await room.push();
  const input = await room.table('x\n1\n');
  const begin = (sweep: SweepAxis[], params?: Record<string, number>) =>
    room.jobs.sweeps.create({ job: room.request(app, input, { params }), sweep }, ada);
  const orders = (count: number) =>
    vi.waitFor(() => {
      if (room.runs().length < count) throw new Error('not all orders yet');
      return room.runs();
    });
  return { ...room, begin, orders, sweeps: room.jobs.sweeps };
}

const axes = [
  { param: 'a', values: [10, 2] },
  { param: 'b', values: ['x', 'y'] },
];

it('makes a job for each combination, with their table sorted as asked', async () => {
  const room = await openWith();
  const { id, jobs } = await room.begin(axes, { c: 3 });
  expect(jobs).toHaveLength(4);
  const view = await room.sweeps.get(id, first);
  expect(view).toMatchObject({ total: 4, params: ['a', 'b'], ownerName: 'Ada', nextCursor: null });
  expect(view.rows.map(({ params }) => params)).toEqual([
    { a: 10, b: 'x' },
    { a: 10, b: 'y' },
    { a: 2, b: 'x' },
    { a: 2, b: 'y' },
  ]);
  expect((await room.api.get(jobs[0] ?? '')).options.params).toEqual({ c: 3, a: 10, b: 'x' });
  const sorted = await room.sweeps.get(id, { ...first, sort: 'param:a', descending: false });
  expect(sorted.rows.map(({ number }) => number)).toEqual([3, 4, 1, 2]);
  const down = await room.sweeps.get(id, { ...first, sort: 'param:b', descending: true });
  expect(down.rows.map(({ number }) => number)).toEqual([2, 4, 1, 3]);
});

it('gives its table page by page', async () => {
  const room = await openWith();
  const { id } = await room.begin(axes);
  const page = await room.sweeps.get(id, { ...first, limit: 3 });
  expect(page.rows).toHaveLength(3);
  const rest = await room.sweeps.get(id, { ...first, limit: 3, cursor: page.nextCursor ?? '' });
  expect(rest.rows.map(({ number }) => number)).toEqual([4]);
  expect(rest.nextCursor).toBeNull();
});

it('tells states and durations, and cancels what has not ended', async () => {
  const room = await openWith();
  const { id, jobs } = await room.begin(axes);
  const order = (await room.orders(4)).find(({ jobId }) => jobId === jobs[0]);
  if (order === undefined) throw new Error('no order for the first job');
  await room.done(order, 'x,prediction\n1,2\n');
  expect(await room.sweeps.cancel(id)).toBe(3);
  const view = await room.sweeps.get(id, { ...first, sort: 'duration' });
  expect(view.byState).toEqual({ succeeded: 1, cancelled: 3 });
  expect(await room.sweeps.ownerOf(id)).toBe('ada');
});

it('has the figures of its jobs side by side, sorted as asked', async () => {
  const room = await openWith();
  const { id, jobs } = await room.begin(axes);
  const orders = await room.orders(4);
  const losses = [0.5, 0.02, 0.3];
  for (const [at, loss] of losses.entries()) {
    const order = orders.find(({ jobId }) => jobId === jobs[at]);
    if (order === undefined) throw new Error('no order for a job');
    await room.done(order, 'x,prediction\n1,2\n', { 'metrics.json': JSON.stringify({ val: { loss } }) });
  }
  const view = await room.sweeps.get(id, { ...first, sort: 'figure:val.loss' });
  expect(view.rows.map(({ number, figures }) => [number, figures['val.loss']])).toEqual([
    ...[
      [2, 0.02],
      [3, 0.3],
      [1, 0.5],
      [4, undefined],
    ],
  ]);
  await expect(room.sweeps.get(id, { ...first, sort: 'figure:los' })).rejects.toThrow(
    'No job of this sweep has told a number "los" so far. There are: val.loss.',
  );
  expect(view.figures).toEqual([
    {
      name: 'val.loss',
      least: { jobId: jobs[1], number: 2, value: 0.02 },
      greatest: { jobId: jobs[0], number: 1, value: 0.5 },
    },
  ]);
});

it.each<[SweepAxis[], string]>([
  [[axes[0] as SweepAxis, axes[0] as SweepAxis], 'The sweep names the parameter "a" twice'],
  [[{ param: 'a', values: [1, '1'] }], 'The sweep has "1" for "a" twice.'],
  [[{ param: 'c', values: [1] }], 'The parameter "c" is set and swept: leave one of the two out.'],
  [
    ['a', 'b'].map((param) => ({ param, values: Array.from({ length: 40 }, (_, at) => at) })),
    'The sweep would make 1,600 jobs; 1000 are the most.',
  ],
])('refuses %j', async (sweep, sentence) => {
  const room = await openWith();
  await expect(room.begin(sweep, { c: 3 })).rejects.toThrow(sentence);
  expect(room.api.counts().byState).toEqual({});
});

it('knows no sweep of which there are no jobs', async () => {
  const room = await openWith();
  await expect(room.sweeps.get('nothing', first)).rejects.toThrow('There is no sweep "nothing"');
});
