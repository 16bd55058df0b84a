import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openAttempts } from '../attempts/job-state-machine.js';
import { ada, openJobRoom, type JobRoom, type RoomOptions } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const at = 1_000_000;
const bench = (id: string, more: Parameters<typeof idleMachine>[1] = {}) => idleMachine(id, { at, ...more });
const bob = { id: 'bob', name: 'Bob', reach: 'all' } as const;

async function openWith(options: RoomOptions = {}) {
  const room = await openJobRoom(options);
  const app = await room.push();
  const input = await room.table('x\n1\n2\n');
  const submit = async (count: number, by = ada, more = {}) =>
    room.api.createMany(
      Array.from({ length: count }, () => room.request(app, input, more)),
      by,
    );
  return { ...room, app, input, submit };
}

const answer = 'x,prediction\n1,2\n2,4\n';

/** So many orders to run have gone out. */
async function sent(room: Pick<JobRoom, 'runs'>, count: number) {
  await vi.waitFor(() => expect(room.runs()).toHaveLength(count));
  return room.runs();
}

/** The dispatcher has had another look, and every order that it decided on is out. */
async function looked(room: Pick<JobRoom, 'jobs' | 'repository' | 'runs'>) {
  const look = vi.spyOn(room.repository, 'queue');
  room.jobs.wake();
  await vi.waitFor(() => expect(look).toHaveBeenCalled());
  look.mockRestore();
  const attempts = [...room.repository.active()].flatMap(({ tasks }) => tasks.flatMap(openAttempts));
  await vi.waitFor(() => {
    const out = new Set(room.runs().map(({ attemptId }) => attemptId));
    expect(attempts.filter(({ id }) => !out.has(id))).toEqual([]);
  });
}

const machinesOf = (runs: readonly { nodeId: string }[]) => runs.map(({ nodeId }) => nodeId).sort();

describe('the dispatcher', () => {
  it('gives machines what fits, and the rest when a result makes room', async () => {
    const room = await openWith({ machines: [bench('one'), bench('two', { slots: 2 })] });
    const ids = await room.submit(5);
    const first = await sent(room, 3);
    expect(machinesOf(first)).toEqual(['one', 'two', 'two']);
    await looked(room);
    expect(room.runs()).toHaveLength(3);
    expect(room.jobs.capacity.loads().get('two')?.slotsBusy).toBe(2);
    for (let at = 0; at < 5; at += 1) {
      const run = (await vi.waitUntil(() => room.runs()[at], { timeout: 5000 })) ?? first[0];
      if (run !== undefined) await room.done(run, answer);
    }
    // Every job once, the oldest first.
    expect(room.runs().map(({ jobId }) => jobId)).toHaveLength(5);
    expect(
      room
        .runs()
        .map(({ jobId }) => jobId)
        .sort(),
    ).toEqual([...ids].sort());
    expect(room.api.counts().byState).toEqual({ succeeded: 5 });
    expect(room.jobs.capacity.loads().get('two')?.slotsBusy ?? 0).toBe(0);
  });

  it('gives nothing to a machine that is busy with other things, cordoned or gone', async () => {
    const room = await openWith({
      machines: [
        bench('loaded', { freeCpuPercent: 0 }),
        { ...bench('gone'), presence: 'lost' },
        ...[bench('cordoned')].map((state) => ({
          ...state,
          document: { ...state.document, scheduling: 'cordoned' as const },
        })),
      ],
    });
    const [id = ''] = await room.submit(1);
    await looked(room);
    expect(room.runs()).toEqual([]);
    const { candidates } = (await room.api.why(id)).decisions.at(-1) ?? {};
    expect(candidates?.map(({ nodeName, rejections }) => [nodeName, rejections[0]?.code]).sort()).toEqual([
      ['cordoned', 'cordoned'],
      ['gone', 'lost'],
      ['loaded', 'score-zero'],
    ]);
  });

  it('gives the tasks of a lost machine to another, with a higher token', async () => {
    const room = await openWith({ machines: [bench('one')] });
    const [id = ''] = await room.submit(1);
    const [first] = await sent(room, 1);
    room.machines.push(bench('two'));
    room.machines.splice(0, 1, { ...bench('one'), presence: 'lost' });
    await room.jobs.nodeLost('one', 'silent');
    const [, second] = await sent(room, 2);
    expect(second).toMatchObject({ nodeId: 'two', jobId: id, token: 2 });
    expect(second?.attemptId).not.toBe(first?.attemptId);
    if (first === undefined || second === undefined) throw new Error('expected two orders');
    // What the lost one says now is late; the other's result counts.
    await room.done(first, 'x,prediction\n1,9\n2,9\n');
    await room.done(second, answer);
    expect(await room.api.get(id)).toMatchObject({ state: 'succeeded', attempts: 2, lateReports: 1 });
  });

  it('comes back to a machine that failed a task only when no other can take it', async () => {
    const room = await openWith({ machines: [bench('one'), bench('two')] });
    const [id = ''] = await room.submit(1);
    const [first] = await sent(room, 1);
    if (first === undefined) throw new Error('expected an order');
    await room.failed(first, 'transfer-failed');
    expect(room.runs()).toHaveLength(1);
    const task = room.repository.find(id)?.tasks[0];
    expect(task).toMatchObject({ state: 'queued', retryAt: at + 250 });
    await looked(room);
    expect(room.runs()).toHaveLength(1);
    room.clock.at += 250;
    room.jobs.wake();
    const [, second] = await sent(room, 2);
    expect([first.nodeId, second?.nodeId].sort()).toEqual(['one', 'two']);
  });

  it('lets one person run so many jobs at once, and others past them', async () => {
    const limits = { maxWaitingJobs: null, maxRunningJobs: 1 };
    const room = await openWith({ machines: [bench('one', { slots: 4 })], limits });
    const [, second = ''] = await room.submit(2);
    const [theirs = ''] = await room.submit(1, bob);
    const runs = await sent(room, 2);
    expect(runs.map(({ jobId }) => jobId)).toContain(theirs);
    await looked(room);
    expect(room.runs()).toHaveLength(2);
    // Reasons are said at the ticks of its clock.
    await room.jobs.start();
    await vi.waitFor(async () =>
      expect((await room.api.get(second)).waitingFor).toContain('another job of Ada'),
    );
    const own = runs.find(({ jobId }) => jobId !== theirs);
    if (own === undefined) throw new Error('expected an order');
    await room.done(own, answer);
    await sent(room, 3);
  });

  it('takes high priority before normal, and that before low', async () => {
    const room = await openWith();
    const [low = ''] = await room.submit(1, ada, { priority: 'low' });
    const [normal = ''] = await room.submit(1);
    const [high = ''] = await room.submit(1, ada, { priority: 'high' });
    room.machines.push(bench('one'));
    for (const [index, id] of [high, normal, low].entries()) {
      room.jobs.wake();
      const run = (await sent(room, index + 1)).at(-1);
      expect(run?.jobId).toBe(id);
      if (run !== undefined) await room.done(run, answer);
    }
  });

  it('sends orders ahead to a machine whose tasks take a millisecond, once it has learnt that', async () => {
    const room = await openWith({ machines: [bench('quick', { prefetch: 3 })] });
    // How long they take is learnt from the first ones, by this clock; until then one goes after the other.
    for (let at = 0; at < 4; at += 1) {
      await room.submit(1);
      const run = (await sent(room, at + 1)).at(-1);
      room.clock.at += 2;
      if (run !== undefined) await room.done(run, answer);
    }
    await room.submit(6);
    const runs = await sent(room, 8);
    expect(runs.slice(4).every(({ nodeId }) => nodeId === 'quick')).toBe(true);
    await looked(room);
    expect(room.runs()).toHaveLength(8);
  });

  it('places what waits for its retry by its own clock, without a word from anybody', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const room = await openWith({ machines: [bench('one')] });
    await room.jobs.start();
    await room.submit(1);
    const [first] = await sent(room, 1);
    if (first === undefined) throw new Error('expected an order');
    await room.failed(first, 'transfer-failed');
    room.clock.at += 300;
    expect(room.runs()).toHaveLength(1);
    vi.advanceTimersByTime(500);
    await sent(room, 2);
  });

  it('keeps nothing of a stopped hub: what was under way is there at its next start, and no order goes out after', async () => {
    const room = await openWith({ machines: [bench('one')] });
    const [first = '', second = ''] = await room.submit(2);
    await sent(room, 1);
    await room.stop();
    room.machines.push(bench('two'));
    room.jobs.wake();
    const again = await openJobRoom({ dir: room.dir, machines: [bench('one')] });
    expect([...again.repository.active()].map(({ id }) => id).sort()).toEqual([first, second].sort());
    expect(again.repository.find(room.runs()[0]?.jobId ?? '')).toMatchObject({ state: 'placed' });
    expect(again.jobs.capacity.loads().get('one')?.slotsBusy).toBe(1);
    expect(room.runs()).toHaveLength(1);
  });
});
