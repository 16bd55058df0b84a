import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  checkOrderSchema,
  MeshdeckError,
  scoreOf,
  type Check,
  type CheckOrder,
  type FileReference,
  type Order,
  type ReadingOptions,
} from '@meshdeck/shared';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRepository } from '../apps/fixtures/repository.js';
import type { TakenTable } from '../conversion/conversions.js';
import { SheetQuestion } from '../conversion/refusal.js';
import type { Submitter } from '../users/submitter.js';
import { createChecks } from './checks.js';
import type { CheckMachine } from './choose-machine.js';

const digits = readFileSync(new URL('../../../sample-apps/digits/digits.onnx', import.meta.url));
const admin: Submitter = { id: 'admin', name: 'Admin', reach: 'all' };
const runtimes = {
  python: null,
  node: { version: '20' },
  onnx: { version: '1' },
  bubblewrap: null,
  containers: null,
};

function machine(id: string, change: Partial<CheckMachine['snapshot']> = {}): CheckMachine {
  return {
    held: 'nothing',
    snapshot: {
      features: ['check'],
      id,
      name: `lab-${id}`,
      membership: 'joined',
      presence: 'active',
      scheduling: 'open',
      clonedIdentity: false,
      labels: {},
      slotsTotal: 2,
      slotsBusy: 0,
      heartbeatAt: 900,
      placedSinceHeartbeat: 0,
      freeRamBytes: 4e9,
      gpus: 0,
      runtimes,
      score: scoreOf({
        freeCpuPercent: 80,
        freeMemPercent: 50,
        freeRamBytes: 4e9,
        eventsPerSecond: 2000,
        cpuTemperatureCelsius: 40,
      }),
      ...change,
    },
  };
}

const answer = (change: Partial<Check> = {}): Check => ({
  ...{ ok: true, reading: null, preview: null, failure: null, lines: [], rows: 3, complete: true },
  ...change,
});

/** Real files and apps; machines that keep what they are asked and say what they are told to. */
async function open({
  machines = [machine('a')],
  brought = new Set<string>(),
  waitMs,
  take,
}: {
  machines?: CheckMachine[];
  brought?: Set<string>;
  waitMs?: number;
  take?: (file: FileReference) => Promise<TakenTable>;
} = {}) {
  const { files, repository, push } = await openRepository();
  onTestFinished(() => files.stop());
  await push('digits.onnx', digits);
  const asked: { nodeId: string; order: CheckOrder }[] = [];
  let heard: () => void = () => undefined;
  const checks = createChecks({
    files,
    apps: repository,
    tables: { take: async ({ file }) => take?.(file) ?? { input: file } },
    hasBrought: (sha256) => brought.has(sha256),
    machines: () => machines,
    send: async (nodeId: string, order: Order) => {
      if (order.type !== 'check') throw new Error('another order');
      // As an agent reads it: what it does not know, it refuses.
      checkOrderSchema.parse(order);
      asked.push({ nodeId, order });
      heard();
    },
    now: Date.now,
    ...(waitMs !== undefined && { waitMs }),
  });
  /** The order that comes next, or came. */
  async function order(count = 1): Promise<CheckOrder> {
    while (asked.length < count) await new Promise<void>((resolve) => (heard = resolve));
    return asked[count - 1]?.order ?? expect.fail();
  }
  const say = (nodeId: string, checkId: string, check = answer()) =>
    checks.take(nodeId, { type: 'checked', checkId, check, ts: 1 });
  const table = async (content: string) => files.putBytes(Buffer.from(content), { name: 'table.csv' });
  const ask = (
    sha256: string,
    {
      by = admin,
      name = 'digits',
      signal = new AbortController().signal,
      reading = {},
      excerpt = false,
    } = {},
  ) => checks.check({ app: { name }, input: { sha256, name: 'table.csv', excerpt }, reading }, by, signal);
  return { checks, files, repository, brought, asked, order, say, table, ask };
}

describe('a check', () => {
  it('goes with its rows to the machine that has the model loaded, and comes back with its name', async () => {
    const busy = { ...machine('b', { slotsBusy: 2 }), held: 'loaded' as const };
    const { ask, order, say, table, asked } = await open({ machines: [machine('a'), busy, machine('c')] });
    const { sha256 } = await table('x,y\n1,2\n');
    const asking = ask(sha256);
    const { checkId, ...sent } = await order();
    expect(asked[0]?.nodeId).toBe('b');
    expect(sent).toMatchObject({
      app: { name: 'digits', runtime: 'onnx', entry: 'digits.onnx' },
      input: { sha256, bytes: 8, name: 'table.csv' },
      complete: true,
      limits: { timeSeconds: 60 },
    });
    expect(Buffer.from(sent.inputContent ?? '', 'base64').toString()).toBe('x,y\n1,2\n');
    say('b', checkId);
    expect(await asking).toMatchObject({ ok: true, rows: 3, node: { id: 'b', name: 'lab-b' } });
  });

  it('is of the table that the hub makes of the file, read by the form that this has', async () => {
    const made = { sha256: '', bytes: 0, name: 'table.csv' };
    const source = { format: 'xlsx' as const, sheet: 'S', sheets: ['S'], notes: ['A note.'] };
    const { ask, order, say, table, repository } = await open({
      take: async (file) => ({ input: made, source: { ...source, file } }),
    });
    await repository.remember('digits', { decimal: ',', delimiter: ';', aside: ['id'] });
    Object.assign(made, await table('x,y\n1,2.5\n'));
    const given = await table('a workbook');
    const asking = ask(given.sha256);
    const { checkId, inputContent, reading } = await order();
    expect(Buffer.from(inputContent ?? '', 'base64').toString()).toBe('x,y\n1,2.5\n');
    expect(reading).toEqual({ aside: ['id'], encoding: 'utf-8', delimiter: ',', decimal: '.' });
    say('a', checkId);
    expect(await asking).toMatchObject({ ok: true, source: { ...source, file: given } });
    // First rows are text, whatever they begin with.
    const looking = ask(given.sha256, { excerpt: true });
    const next = await order(2);
    expect(Buffer.from(next.inputContent ?? '', 'base64').toString()).toBe('a workbook');
    say('a', next.checkId);
    expect(await looking).not.toHaveProperty('source');
  });

  it('asks no machine where the hub refuses the file, or the app reads it by itself', async () => {
    const refusing = await open({
      machines: [],
      take: async () => {
        throw new SheetQuestion('Two sheets: say which.', ['A', 'B']);
      },
    });
    const { sha256 } = await refusing.table('a workbook');
    expect(await refusing.ask(sha256)).toMatchObject({
      ok: false,
      node: null,
      failure: { code: 'csv-ambiguous', message: 'Two sheets: say which.' },
      source: { format: 'xlsx', sheets: ['A', 'B'], file: { sha256 } },
    });
    const passing = await open({ machines: [], take: async (input) => ({ input, isForApp: true }) });
    const given = await passing.table('a workbook');
    expect(await passing.ask(given.sha256)).toMatchObject({ ok: true, node: null, failure: null });
    const full = await open({
      take: async () => {
        throw new MeshdeckError('too-many-requests', 'Later.');
      },
    });
    const third = await full.table('a workbook');
    await expect(full.ask(third.sha256)).rejects.toMatchObject({ code: 'too-many-requests' });
  });

  it('is told what the app remembers, but for what the question says', async () => {
    const { ask, order, say, table, repository } = await open();
    const remembered: ReadingOptions = { delimiter: ';', header: 3, aside: ['id'] };
    await repository.remember('digits', remembered);
    const { sha256 } = await table('x\n1\n');
    const asking = ask(sha256, { reading: { header: 'none', aside: null } });
    const { checkId, reading } = await order();
    expect(reading).toEqual({ delimiter: ';', header: 'none' });
    say('a', checkId);
    await asking;
  });

  it('is made with the app that the asker means by the name, and what that one remembers', async () => {
    const { ask, order, say, table, repository, brought } = await open();
    const { sha256 } = await table('x\n1\n');
    brought.add(sha256);
    const eve: Submitter = { id: 'evesid', name: 'Eve', reach: 'own' };
    // The same model under the same name, and the lab's remembers something else.
    await repository.push({ filename: 'digits.onnx', stream: Readable.from([digits]), by: eve });
    await repository.remember('digits', { header: 'none' }, eve);
    await repository.remember('digits', { header: 3 });
    let count = 0;
    async function told(by: Submitter, name: string) {
      const asking = ask(sha256, { by, name });
      const { checkId, reading } = await order(++count);
      say('a', checkId);
      await asking;
      return reading;
    }
    expect(await told(eve, 'digits')).toEqual({ header: 'none' });
    expect(await told(eve, 'lab/digits')).toEqual({ header: 3 });
    expect(await told(admin, 'digits')).toEqual({ header: 3 });
    expect(await told(admin, 'Eve/digits')).toEqual({ header: 'none' });
  });

  it('takes the first and last rows of a large table, not all of it', async () => {
    const { ask, order, say, table } = await open();
    const { sha256 } = await table(`x,y\n${'1234,5678\n'.repeat(200_000)}total,9\n`);
    const asking = ask(sha256);
    const { checkId, complete, input, inputContent = '' } = await order();
    expect(complete).toBe(false);
    expect(input.sha256).not.toBe(sha256);
    const text = Buffer.from(inputContent, 'base64').toString();
    expect(text.length).toBe(input.bytes);
    expect(text.length).toBeLessThan(300_000);
    expect(text.startsWith('x,y\n1234,5678\n')).toBe(true);
    expect(text.endsWith('\n1234,5678\ntotal,9\n')).toBe(true);
    say('a', checkId);
    await asking;
  });

  it('lets the machine fetch rows that are too long for an order', async () => {
    const { ask, order, say, table, files } = await open();
    const { sha256 } = await table(`${'0.12345,'.repeat(80_000)}1\n`.repeat(8));
    const asking = ask(sha256);
    const { checkId, input, inputContent } = await order();
    expect(inputContent).toBeUndefined();
    expect(await files.size(input.sha256)).toBe(input.bytes);
    say('a', checkId);
    await asking;
  });

  it('takes an answer from nobody but the machine that was asked, and once', async () => {
    const { ask, order, say, table } = await open();
    const { sha256 } = await table('x\n1\n');
    const asking = ask(sha256);
    const { checkId } = await order();
    say('somebody-else', checkId, answer({ rows: 666 }));
    say('a', randomBytes(8).toString('hex'), answer({ rows: 667 }));
    say('a', checkId);
    say('a', checkId, answer({ rows: 668 }));
    expect(await asking).toMatchObject({ rows: 3 });
  });

  it('gives what is wrong with the table as an answer, and what is wrong with the machine as a refusal', async () => {
    const { ask, order, say, table } = await open();
    const { sha256 } = await table('x\n1\n');
    const wrong = { code: 'csv-column-mismatch' as const, message: 'It lacks a column.' };
    const first = ask(sha256);
    say('a', (await order(1)).checkId, answer({ ok: false, failure: wrong }));
    expect(await first).toMatchObject({ ok: false, failure: wrong });
    const second = ask(sha256);
    const full = { code: 'disk-full' as const, message: 'The disk of lab-a is full.' };
    say('a', (await order(2)).checkId, answer({ ok: false, failure: full }));
    await expect(second).rejects.toMatchObject(full);
  });

  it.each([
    ['no machine has joined yet', []],
    ['could take it are lost', [machine('a', { presence: 'lost' })]],
    ['no machine has ONNX Runtime', [machine('a', { runtimes: { ...runtimes, onnx: null } })]],
    ['update Meshdeck there', [machine('a', { features: [] })]],
  ])('says why nobody can look: %s', async (reason, machines) => {
    const { ask, table } = await open({ machines });
    const { sha256 } = await table('x\n1\n');
    await expect(ask(sha256)).rejects.toMatchObject({
      code: 'no-eligible-node',
      message: expect.stringMatching(new RegExp(reason, 'i')),
    });
  });

  it('is given up when the machine says nothing for too long', async () => {
    const { ask, table } = await open({ waitMs: 10 });
    const { sha256 } = await table('x\n1\n');
    await expect(ask(sha256)).rejects.toMatchObject({
      code: 'app-timeout',
      message: expect.stringContaining('lab-a'),
    });
  });

  it('is given up when the machine is lost, or nobody waits any more', async () => {
    const { ask, order, table, checks } = await open();
    const { sha256 } = await table('x\n1\n');
    const lost = ask(sha256);
    await order(1);
    checks.nodeLost('a');
    await expect(lost).rejects.toMatchObject({ code: 'node-lost' });
    const leaving = new AbortController();
    const left = ask(sha256, { signal: leaving.signal });
    await order(2);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
  });

  it('lets one person ask four at once and others go on, and makes room when one is answered', async () => {
    const { ask, order, say, table } = await open();
    const { sha256 } = await table('x\n1\n');
    const mine = [ask(sha256), ask(sha256), ask(sha256), ask(sha256)];
    await expect(ask(sha256)).rejects.toMatchObject({ code: 'too-many-requests' });
    await order(4);
    const theirs = ask(sha256, { by: { ...admin, id: 'other' } });
    // They reach the machine in whatever order their files are read.
    say('a', (await order(1)).checkId);
    await Promise.race(mine);
    const again = ask(sha256);
    for (let count = 2; count <= 6; count++) say('a', (await order(count)).checkId);
    await Promise.all([...mine, theirs, again]);
  });

  it('looks at no table that its asker has not brought', async () => {
    const { ask, table, asked } = await open();
    const { sha256 } = await table('x\n1\n');
    const user: Submitter = { id: 'u', name: 'User', reach: 'own' };
    await expect(ask(sha256, { by: user })).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask('f'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });
    expect(asked).toEqual([]);
  });

  it('refuses to say how a program should read its table', async () => {
    const { checks, table, repository } = await open();
    await repository.push({
      filename: 'count.py',
      stream: (async function* () {
        yield Buffer.from('print(1)\n');
      })(),
    });
    const { sha256 } = await table('x\n1\n');
    const question = { app: { name: 'count' }, input: { sha256, name: 't.csv', excerpt: false } };
    await expect(
      checks.check({ ...question, reading: { header: 'none' } }, admin, new AbortController().signal),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('reads its table itself'),
    });
  });
});
