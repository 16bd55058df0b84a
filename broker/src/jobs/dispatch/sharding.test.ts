import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { ada, openJobRoom, type JobRoom, type RoomOptions } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';

const at = 1_000_000;
const meshOf = (...slots: number[]) =>
  slots.map((count, index) => idleMachine(`bench-${index + 1}`, { at, slots: count }));

const rows = (from: number, to: number, line: (row: number) => string) =>
  Array.from({ length: to - from }, (_, index) => `${line(from + index)}\n`).join('');
const table = (count: number) => `x\n${rows(0, count, String)}`;
const answer = (from: number, to: number) => `x,prediction\n${rows(from, to, (row) => `${row},${2 * row}`)}`;

/** A room with a model of which we play the machines; what a model reads may be split. */
async function openWith(options: RoomOptions = {}) {
  const room = await openJobRoom(options);
  const manifest = { name: 'double', runtime: 'python', entry: 'app.py', rows: 'independent' };
  const app = await room.push('double.py', 'print(1)\n');
  // An app that says that its rows may be worked on apart.
  const resolve = room.apps.resolve.bind(room.apps);
  vi.spyOn(room.apps, 'resolve').mockImplementation(async (...asked) => {
    const found = await resolve(...asked);
    return { ...found, manifest: { ...found.manifest, rows: manifest.rows as 'independent' } };
  });
  const submit = async (text: string, more: Parameters<typeof room.request>[2] = { shards: 3 }) =>
    room.api.create(room.request(app, await room.table(text), more), ada);
  return { ...room, app, submit };
}

type Order = ReturnType<JobRoom['runs']>[number];

async function orders(room: Pick<JobRoom, 'runs'>, count: number): Promise<Order[]> {
  await vi.waitFor(() => expect(room.runs()).toHaveLength(count), { timeout: 5000 });
  return room.runs();
}

/** The rows of the part that this order is about. */
function rangeOf(room: Pick<JobRoom, 'repository'>, { jobId, attemptId }: Order): [number, number] {
  const task = room.repository.find(jobId)?.tasks[Number(attemptId.split('-')[1])];
  const shard = task?.shard;
  if (shard == null) throw new Error('expected a part');
  return [shard.firstRow, shard.firstRow + shard.rows];
}

async function textOf(room: Pick<JobRoom, 'api'>, id: string): Promise<string> {
  return readFile((await room.api.output(id)).path, 'utf8');
}

async function textOfPart(room: Pick<JobRoom, 'jobs'>, sha256: string): Promise<string> {
  const { stream } = await room.jobs.files.open(sha256);
  return Buffer.concat(await stream.toArray()).toString();
}

describe('a job in parts', () => {
  it('is cut by rows, each part readable by its hash, and merged in the order of the table', async () => {
    const room = await openWith({ machines: meshOf(3) });
    const job = await room.submit(table(10));
    const runs = await orders(room, 3);
    const parts = runs.map((run) => ({ run, range: rangeOf(room, run) }));
    expect(parts.map(({ range: [from, to] }) => to - from).sort()).toEqual([3, 3, 4]);
    for (const { run, range } of parts) {
      expect(await textOfPart(room, run.input.sha256)).toBe(`x\n${rows(...range, String)}`);
    }
    // The last part is done first.
    for (const { run, range } of parts.reverse()) await room.done(run, answer(...range));
    const ended = await room.api.get(job.id, { waitMs: 5000 });
    expect(ended).toMatchObject({ state: 'succeeded', rows: 10, shards: 3 });
    expect(await textOf(room, job.id)).toBe(answer(0, 10));
    // Nobody will fetch a part of it any more.
    expect(await room.jobs.files.has(runs[0]?.input.sha256 ?? '')).toBe(false);
  });

  it('counts no result twice although the same part was done twice', async () => {
    const room = await openWith({ machines: meshOf(3) });
    const job = await room.submit(table(10));
    for (const run of await orders(room, 3)) {
      const range = rangeOf(room, run);
      await room.done(run, answer(...range));
      await room.done(run, answer(...range));
    }
    await room.api.get(job.id, { waitMs: 5000 });
    expect(await textOf(room, job.id)).toBe(answer(0, 10));
    await vi.waitFor(async () =>
      expect(await room.api.get(job.id)).toMatchObject({ duplicateReports: 3, lateReports: 0 }),
    );
  });

  it('runs in one piece where the parts do not fit together, and that result counts', async () => {
    const room = await openWith({ machines: meshOf(3) });
    const job = await room.submit(table(10));
    for (const run of await orders(room, 3)) {
      // One part has another header: the app sees the whole table in every part.
      const [from, to] = rangeOf(room, run);
      const text = answer(from, to);
      await room.done(run, from === 0 ? text.replace('prediction', 'guess') : text);
    }
    const [, , , whole] = await orders(room, 4);
    expect(whole).toMatchObject({ input: { name: 'in.csv' }, jobId: job.id });
    if (whole === undefined) throw new Error('expected an order');
    await room.done(whole, answer(0, 10));
    const ended = await room.api.get(job.id);
    expect(ended).toMatchObject({ state: 'succeeded', rows: 10, failure: null });
    expect(await textOf(room, job.id)).toBe(answer(0, 10));
  });

  it('goes on where it was when the hub comes back: nothing is cut again, and the parts are readable', async () => {
    const room = await openWith({ machines: meshOf(3) });
    const job = await room.submit(table(10));
    const runs = await orders(room, 3);
    const done = runs.map((run) => ({ run, range: rangeOf(room, run) }));
    const [first, ...others] = done;
    if (first === undefined) throw new Error('expected three orders');
    await room.done(first.run, answer(...first.range));
    await room.stop();

    const again = await openJobRoom({ dir: room.dir, machines: meshOf(3) });
    await again.jobs.start();
    expect(await textOfPart(again, others[0]?.run.input.sha256 ?? '')).toBe(
      `x\n${rows(...(others[0]?.range ?? [0, 0]), String)}`,
    );
    for (const { run, range } of others) await again.done(run, answer(...range));
    expect(await again.api.get(job.id, { waitMs: 5000 })).toMatchObject({ state: 'succeeded', rows: 10 });
    expect(await textOf(again, job.id)).toBe(answer(0, 10));
  });

  it('that is cancelled leaves no part to be fetched', async () => {
    const room = await openWith({ machines: meshOf(3) });
    const job = await room.submit(table(10));
    const [run] = await orders(room, 3);
    expect(await room.jobs.files.has(run?.input.sha256 ?? '')).toBe(true);
    await room.api.cancel(job.id);
    expect(await room.jobs.files.has(run?.input.sha256 ?? '')).toBe(false);
    expect(room.cancels()).toHaveLength(3);
  });
});

describe('a table that goes whole', () => {
  it('is counted once: the next job on it has its rows from the beginning', async () => {
    const room = await openWith({ machines: meshOf(1) });
    const first = await room.submit(table(7), {});
    await orders(room, 1);
    expect(room.repository.find(first.id)?.tasks).toMatchObject([{ shard: null, rows: 7 }]);
    const look = vi.spyOn(room.jobs.files, 'locate');
    const next = await room.submit(table(7), {});
    expect(look).not.toHaveBeenCalled();
    expect(room.repository.find(next.id)?.tasks).toMatchObject([{ shard: null, rows: 7 }]);
  });

  it('is one that splits into less than two parts', async () => {
    const room = await openWith({ machines: meshOf(1) });
    await room.submit(table(7), { shards: 'auto' });
    const [run] = await orders(room, 1);
    expect(run?.input.name).toBe('in.csv');
  });

  it('is one of which nobody can tell the rows: its app says what is wrong with it', async () => {
    const room = await openWith({ machines: meshOf(1) });
    const job = await room.submit('');
    const [run] = await orders(room, 1);
    expect(run?.input.name).toBe('in.csv');
    expect(room.repository.find(job.id)?.tasks).toMatchObject([{ shard: null, rows: null }]);
  });
});
