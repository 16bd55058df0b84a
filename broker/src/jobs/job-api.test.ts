import type { LogLine } from '@meshdeck/shared';
import { describe, expect, it, vi } from 'vitest';
import type { Submitter } from '../users/submitter.js';
import { ada, openJobRoom, type RoomOptions } from './fixtures/job-room.js';
import { idleMachine } from './fixtures/machines.js';

const bob = { id: 'bob', name: 'Bob', reach: 'own' } as const;
const table = 'x\n1\n2\n';
const answer = 'x,prediction\n1,2\n2,4\n';

/** A room with an app and a table in it. */
async function openWith(options: RoomOptions = {}) {
  const room = await openJobRoom(options);
  const app = await room.push();
  const input = await room.table(table);
  return { ...room, app, input, asked: (more = {}) => room.request(app, input, more) };
}
type Room = Awaited<ReturnType<typeof openWith>>;

/** A job that `bench` has got. */
async function underWay(room: Room, by: Submitter = ada) {
  const before = room.runs().length;
  const job = await room.api.create(room.asked(), by);
  const order = await vi.waitFor(() => {
    const run = room.runs()[before];
    if (run === undefined) throw new Error('no order yet');
    return run;
  });
  return { job, order };
}

describe('a job that is created', () => {
  it('is told with what it asks, is placed, and ends with what its machine made', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    expect(job).toMatchObject({ state: 'queued', ownerName: 'Ada', options: { maxAttempts: 3 } });
    expect(order).toMatchObject({ nodeId: 'bench', jobId: job.id, token: 1 });
    await room.done(order, answer);
    expect(await room.api.get(job.id)).toMatchObject({ state: 'succeeded', rows: 2, nodeName: 'bench' });
    const output = await room.api.output(job.id);
    expect(output).toMatchObject({ name: 'in-predictions.csv', bytes: answer.length });
    expect(await room.api.ownerOf(job.id.slice(0, 6))).toBe('ada');
    expect(room.api.counts()).toMatchObject({ byState: { succeeded: 1 }, deadLetters: 0 });
  });

  it('is answered when it has ended to whoever waits for that, or as it is after so long', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const ended = room.api.create(room.asked(), ada, { waitMs: 60_000 });
    const order = await vi.waitFor(() => {
      const run = room.runs()[0];
      if (run === undefined) throw new Error('no order yet');
      return run;
    });
    await room.done(order, answer);
    expect(await ended).toMatchObject({ state: 'succeeded', rows: 2 });
    const { job } = await underWay(room);
    expect(await room.api.get(job.id, { waitMs: 1 })).toMatchObject({ state: 'placed' });
  });

  it('is refused for a table that is not there, or that is not theirs, in the same words', async () => {
    const room = await openWith({ hasBrought: () => false });
    const gone = room.request(room.app, { sha256: 'f'.repeat(64), name: 'gone.csv' });
    const words = 'The input table is not in the store. Upload it first.';
    await expect(room.api.create(gone, ada)).rejects.toThrow(words);
    await expect(room.api.create(room.asked(), bob)).rejects.toThrow(words);
    expect(room.repository.counts()).toEqual({});
  });

  it('is refused for a script that is to be split and does not say that it may', async () => {
    const room = await openWith();
    await expect(room.api.create(room.asked({ shards: 3 }), ada)).rejects.toThrow('may be worked on apart');
    const whole = await room.api.create(room.asked({ shards: 'auto' }), ada);
    expect(whole.options.shards).toBeUndefined();
  });

  it('is refused beyond what one person may have waiting', async () => {
    const room = await openWith({ limits: { maxWaitingJobs: 2, maxRunningJobs: null } });
    await room.api.create(room.asked(), ada);
    await expect(room.api.createMany([room.asked(), room.asked()], ada)).rejects.toThrow('may have 2');
    expect(room.repository.counts()).toEqual({ queued: 1 });
    await room.api.create(room.asked(), ada);
    await expect(room.api.create(room.asked(), ada)).rejects.toThrow('may have 2');
  });
});

describe('many jobs at once', () => {
  it('are all there, in order, or none of them', async () => {
    const room = await openWith();
    const ids = await room.api.createMany(
      Array.from({ length: 120 }, () => room.asked()),
      ada,
    );
    expect(new Set(ids).size).toBe(120);
    expect(room.api.counts('ada')).toMatchObject({ byState: { queued: 120 } });
    const wrong = room.request(room.app, { sha256: 'f'.repeat(64), name: 'gone.csv' });
    await expect(room.api.createMany([room.asked(), wrong], ada)).rejects.toThrow('not in the store');
    expect(room.repository.counts()).toEqual({ queued: 120 });
  });

  it('come page by page, newest first, and only those of one person where that is asked', async () => {
    const room = await openWith();
    const ids: string[] = [];
    for (let at = 1; at <= 5; at += 1) {
      room.clock.at += 1;
      ids.unshift((await room.api.create(room.asked(), at === 2 ? { ...bob, reach: 'all' } : ada)).id);
    }
    const first = await room.api.list({ limit: 2 });
    expect(first.jobs.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await room.api.list({ limit: 9, before: first.nextBefore ?? 0 });
    expect(rest).toMatchObject({ nextBefore: null, jobs: ids.slice(2).map((id) => ({ id })) });
    expect((await room.api.list({ limit: 9, owner: 'bob' })).jobs.map(({ id }) => id)).toEqual([ids[3]]);
    expect((await room.api.list({ limit: 9, states: ['failed'] })).jobs).toEqual([]);
  });
});

describe('a job that is cancelled', () => {
  it('ends at once, and its machine is told to stop', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    expect(await room.api.cancel(job.id)).toMatchObject({ state: 'cancelled' });
    expect(room.cancels()).toEqual([order.attemptId]);
    await room.done(order, answer);
    expect(await room.api.get(job.id)).toMatchObject({ state: 'cancelled', output: null });
    await expect(room.api.cancel(job.id)).rejects.toThrow('has already been cancelled');
    await expect(room.api.output(job.id)).rejects.toThrow('it was cancelled');
  });

  it('before any machine took it never goes out, although one comes', async () => {
    const room = await openWith();
    const job = await room.api.create(room.asked(), ada);
    await room.api.cancel(job.id);
    room.machines.push(idleMachine('bench', { at: room.clock.at }));
    const next = await underWay(room);
    expect(room.runs().map(({ jobId }) => jobId)).toEqual([next.job.id]);
  });

  it('is refused once it has ended, and where there is none', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    await room.done(order, answer);
    await expect(room.api.cancel(job.id)).rejects.toThrow('has already succeeded');
    await expect(room.api.cancel('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a job that is run again', () => {
  it('is a new one of whoever asks, with what they change, and settles the dead letter', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    await room.failed(order, 'csv-malformed');
    expect(room.api.counts()).toMatchObject({ byState: { failed: 1 }, deadLetters: 1 });
    const again = await room.api.rerun(job.id, bob, { priority: 'high' });
    expect(again).toMatchObject({ owner: 'bob', input: { name: 'in.csv' }, options: { priority: 'high' } });
    expect(again.id).not.toBe(job.id);
    expect(room.repository.deadLetters()).toBe(0);
    expect(await room.repository.get(job.id)).toMatchObject({ settled: { how: 'rerun', jobId: again.id } });
  });

  it('gives the app of somebody else no secret of whoever asks, unless they name it', async () => {
    const room = await openWith();
    const job = await room.api.create(room.asked({ secrets: ['TOKEN'] }), ada);
    await expect(room.api.rerun(job.id, bob)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await room.api.rerun(job.id, bob, { secrets: [] })).toMatchObject({ owner: 'bob' });
    expect(await room.api.rerun(job.id, ada)).toMatchObject({ owner: 'ada' });
  });

  it('takes the app of then, although its name means another one now', async () => {
    const room = await openWith();
    const job = await room.api.create(room.asked(), ada);
    await room.push('double.mjs', 'export default 2;\n');
    const [before, again] = [room.repository.find(job.id), await room.api.rerun(job.id, ada)];
    const fresh = await room.api.create(room.asked(), ada);
    const bundleOf = (id: string) => room.repository.find(id)?.app.bundle.sha256;
    expect(bundleOf(again.id)).toBe(before?.app.bundle.sha256);
    expect(bundleOf(fresh.id)).not.toBe(before?.app.bundle.sha256);
  });
});

describe('a job that is removed', () => {
  it('leaves nothing, and is refused before it has ended', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    await expect(room.api.remove(job.id)).rejects.toThrow('Cancel it first');
    await expect(room.api.output(job.id)).rejects.toMatchObject({ code: 'conflict' });
    await room.jobs.takeLog('bench', { ...log, attemptId: order.attemptId });
    await room.done(order, answer);
    await room.api.remove(job.id);
    await expect(room.api.get(job.id)).rejects.toMatchObject({ code: 'not-found' });
    expect((await room.api.list({ limit: 9 })).jobs).toEqual([]);
    expect((await room.decisions.page(job.id)).decisions).toEqual([]);
  });
});

const log = { lines: [{ stream: 'stdout' as const, text: 'hello', ts: 1 }], dropped: 0 };

describe("a job's log", () => {
  it('is read by the page or whole, by attempt, and shown to whoever looks', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    room.watched.add(`meshdeck/v1/live/jobs/${job.id}/logs`);
    await room.jobs.takeLog('bench', { ...log, attemptId: order.attemptId });
    await room.jobs.takeLog('stranger', { ...log, attemptId: order.attemptId });
    const page = await room.api.logs(job.id, { limit: 10, attempt: '0-1' });
    expect(page.logs.flatMap(({ lines }) => lines.map(({ text }) => text))).toEqual(['hello']);
    const all: string[] = [];
    for await (const { lines } of await room.api.allLogs(job.id)) all.push(...lines.map(({ text }) => text));
    expect(all).toEqual(['hello']);
    expect(room.shown).toEqual([{ jobId: job.id, lines: 1 }]);
    await expect(room.api.logs(job.id, { limit: 10, attempt: '0-7' })).rejects.toThrow('has no attempt 0-7');
  });

  it('shows each state of a moving line to whoever looks, and keeps few', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    room.watched.add(`meshdeck/v1/live/jobs/${job.id}/logs`);
    const say = (dropped: number, ...lines: LogLine[]) =>
      room.jobs.takeLog('bench', { attemptId: order.attemptId, lines, dropped });
    const bar = (text: string, moving?: LogLine['moving']): LogLine => ({
      ...{ ts: 1, stream: 'stderr', text },
      ...(moving !== undefined && { moving }),
    });
    await say(0, bar('1%', 'kept'), bar('2%', 'passing'));
    await say(0, bar('3%', 'passing'));
    await say(5, bar('4%', 'passing'));
    await say(0, bar('100%'));
    expect(room.shown.map(({ lines }) => lines)).toEqual([2, 1, 1, 1]);
    const { logs } = await room.api.logs(job.id, { limit: 10 });
    expect(logs.flatMap(({ lines }) => lines.map(({ text }) => text))).toEqual(['1%', '4%', '100%']);
    expect(logs.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(5);
  });
});

describe('why a job is where it is', () => {
  it('says what it waits for, then where it went, then how it ended', async () => {
    const room = await openWith();
    const job = await room.api.create(room.asked(), ada);
    const waits = await vi.waitFor(async () => {
      const why = await room.api.why(job.id);
      expect(why.decisions).toHaveLength(1);
      return why;
    });
    expect(waits).toMatchObject({ state: 'queued', decisions: [{ outcome: 'waiting' }] });
    expect((await room.api.get(job.id)).waitingFor).toBe(waits.summary);
    room.machines.push(idleMachine('bench', { at: room.clock.at }));
    room.jobs.wake();
    await vi.waitFor(() => expect(room.runs()).toHaveLength(1));
    const placed = await vi.waitFor(async () => {
      const why = await room.api.why(job.id);
      expect(why.decisions.at(-1)?.outcome).toBe('placed');
      return why;
    });
    expect(placed.summary).toContain('bench');
    const [order] = room.runs();
    if (order === undefined) throw new Error('expected an order');
    await room.failed(order, 'csv-malformed');
    expect(await room.api.why(job.id)).toMatchObject({
      state: 'failed',
      summary: 'It ended: csv-malformed.',
    });
  });
});

async function outcomesOf(decisions: AsyncIterable<{ outcome: string }>): Promise<string[]> {
  const outcomes: string[] = [];
  for await (const { outcome } of decisions) outcomes.push(outcome);
  return outcomes;
}

describe("a result's provenance", () => {
  it('names app, table, machine and every decision', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    await room.done(order, answer);
    // What was decided is written down after the order went out.
    await vi.waitFor(async () => expect((await room.decisions.page(job.id)).decisions).toHaveLength(1));
    const { provenance, decisions } = await room.api.provenance(job.id);
    expect(provenance).toMatchObject({
      hub: { name: 'lab' },
      input: { sha256: room.input.sha256 },
      rows: 2,
      machines: [{ name: 'bench', attempts: 1, results: 1, cpuModel: 'Bench CPU' }],
    });
    expect(await outcomesOf(decisions)).toEqual(['placed']);
    expect(provenance).toMatchObject({ files: null, figures: null });
  });

  it('names every file that its runs wrote by its hash, and its figures', async () => {
    const room = await openWith({ machines: [idleMachine('bench', { at: 1_000_000 })] });
    const { job, order } = await underWay(room);
    await room.done(order, answer, { 'metrics.json': '{"loss": 0.5}', 'plots/Ä (1).txt': 'abc' });
    const { provenance } = await room.api.provenance(job.id);
    expect(provenance.figures).toEqual({ loss: 0.5 });
    expect(provenance.files).toMatchObject({
      ...{ count: 2, bytes: 16, leftOut: 0 },
      lists: [{ task: 0, attemptId: order.attemptId, list: { name: 'files.json' } }],
    });
    expect(provenance.files?.named.at(-1)).toEqual({
      ...{ path: 'plots/Ä (1).txt', bytes: 3, isPartial: false },
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });
});
