import { createHash, randomBytes } from 'node:crypto';
import {
  MeshdeckError,
  appRuntimes,
  type Check,
  type CheckOrder,
  type CheckReport,
  type Report,
} from '@meshdeck/shared';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Content } from '../cache/content.js';
import type { CheckJob, Runner, Runners } from '../runners/runner.js';
import type { FakeHub } from '../testing/fake-hub.js';
import { runOrder, temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';
import { createChecks } from './checks.js';

const isChecked = (report: Report): report is CheckReport => report.type === 'checked';

/** An order about an app and a table that the hub has. */
function checkOrder(
  hub: FakeHub,
  runtime: 'onnx' | 'python' | 'node',
  table: string,
  change: Partial<CheckOrder> = {},
): CheckOrder {
  const entry = { onnx: 'model.onnx', python: 'app.py', node: 'app.mjs' }[runtime];
  const { app, input, limits } = runOrder(hub, { runtime, entry, files: { [entry]: 'x' }, input: table });
  return {
    ...{ type: 'check', checkId: randomBytes(8).toString('hex'), app, input, limits, complete: true },
    inputContent: Buffer.from(table).toString('base64'),
    ...change,
  };
}

async function startedAgent() {
  const hub = await testHub();
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  const ask = async (order: CheckOrder): Promise<Check> => {
    await hub.order(agent.nodeId, order);
    const { check } = await hub.waitFor('an answer', ({ reports }) =>
      reports.filter(isChecked).find(({ checkId }) => checkId === order.checkId),
    );
    return check;
  };
  return { hub, ask };
}

describe('a check of an app that reads its table itself', () => {
  it('says how the table stands, and that the app goes its own way', async () => {
    const { hub, ask } = await startedAgent();
    const check = await ask(checkOrder(hub, 'python', 'id;value\n1;10\n2;20\n', { complete: false }));
    expect(check).toMatchObject({
      ...{ ok: true, failure: null, preview: null, rows: 2, complete: false },
      lines: ['id;value', '1;10', '2;20'],
      reading: {
        table: { delimiter: ';', columns: ['id', 'value'], headerLine: 1 },
        inputs: [],
        warnings: [],
      },
    });
    expect(check.reading?.table?.notes[0]).toContain('reads the table itself');
    const inventory = await hub.waitFor('an inventory', ({ inventories }) => inventories[0]);
    expect(inventory.inventory.features).toContain('check');
    expect(hub.reports.some(({ type }) => type === 'phase')).toBe(false);
  });

  it('takes what is no table to Meshdeck, and a name longer than any message holds', async () => {
    const { hub, ask } = await startedAgent();
    const json = await ask(checkOrder(hub, 'node', '{"a": 1}\n'));
    expect(json).toMatchObject({ ok: true, failure: null });
    expect(json.reading?.warnings.join(' ')).toContain('cannot read it as a table');
    const long = await ask(checkOrder(hub, 'node', `${'n'.repeat(5000)},b\n1,2\n`));
    expect(long.reading?.table?.columns).toEqual(['n'.repeat(200), 'b']);
  });

  it('fetches a table that did not come with the order', async () => {
    const { hub, ask } = await startedAgent();
    const { inputContent: _inline, ...order } = checkOrder(hub, 'python', 'a,b\n1,2\n');
    expect(await ask(order)).toMatchObject({ ok: true, rows: 1 });
  });
});

describe('a check of a model', () => {
  it('whose package is gone says so, with the structure of the table', async () => {
    const { hub, ask } = await startedAgent();
    const order = checkOrder(hub, 'onnx', 'a,b\n1,2\n');
    const gone = { ...order, app: { ...order.app, bundle: { ...order.app.bundle, sha256: 'f'.repeat(64) } } };
    const check = await ask(gone);
    expect(check).toMatchObject({
      ok: false,
      failure: { code: 'not-found' },
      reading: { table: { columns: ['a', 'b'] }, outputs: [] },
      lines: ['a,b', '1,2'],
    });
  });

  it('refuses a table that came damaged', async () => {
    const { hub, ask } = await startedAgent();
    const order = checkOrder(hub, 'onnx', 'a,b\n1,2\n', {
      inputContent: Buffer.from('a,b\n9,9\n').toString('base64'),
    });
    expect(await ask(order)).toMatchObject({ ok: false, failure: { code: 'hash-mismatch' } });
  });
});

describe('checks on one machine', () => {
  const table = Buffer.from('a\n1\n');
  const done: Check = {
    ...{ ok: true, reading: null, preview: null, failure: null, lines: [], rows: 1, complete: true },
  };

  /** Checks of a model that answers when it is let go. */
  function open() {
    const waiting: (() => void)[] = [];
    const runner: Runner = {
      prepare: () => Promise.reject(new Error('no run')),
      check: ({ signal }: CheckJob) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new MeshdeckError('cancelled', 'Stopped.')));
          waiting.push(() => resolve(done));
        }),
    };
    const held = { path: '/bundle', warm: true, release: () => undefined };
    const content: Pick<Content, 'file' | 'bundle'> = {
      file: () => Promise.resolve(held),
      bundle: () => Promise.resolve(held),
    };
    const runners = Object.fromEntries(appRuntimes.map((runtime) => [runtime, runner])) as unknown as Runners;
    const told: CheckReport[] = [];
    const checks = createChecks({
      content,
      runners,
      report: (report) => {
        if (isChecked(report)) told.push(report);
        return Promise.resolve(true);
      },
      logger: pino({ level: 'silent' }),
    });
    onTestFinished(() => checks.stop());
    return { checks, waiting, told };
  }

  const order = (): CheckOrder => ({
    ...{ type: 'check', checkId: randomBytes(8).toString('hex'), complete: true },
    app: {
      ...{ name: 'app', version: '1', runtime: 'onnx', entry: 'model.onnx' },
      bundle: { sha256: 'a'.repeat(64), bytes: 1, name: 'bundle.tar' },
    },
    input: {
      sha256: createHash('sha256').update(table).digest('hex'),
      ...{ bytes: table.length, name: 'table.csv' },
    },
    inputContent: table.toString('base64'),
    limits: { timeSeconds: 60, memoryBytes: 2 ** 30, outputBytes: 2 ** 20 },
  });

  it('are begun a few at a time, and refused beyond those that would wait in vain', async () => {
    const { checks, waiting, told } = open();
    for (let count = 0; count < 40; count++) await checks.take(order());
    await expect.poll(() => waiting.length).toBe(4);
    expect(told.map(({ check }) => check.failure?.code)).toEqual(Array(20).fill('node-refused'));
    waiting[0]?.();
    await expect.poll(() => waiting.length).toBe(5);
    expect(told.at(-1)?.check).toEqual(done);
  });

  it('are given up when the agent stops, and nobody is told', async () => {
    const { checks, waiting, told } = open();
    await checks.take(order());
    await checks.take(order());
    await expect.poll(() => waiting.length).toBe(2);
    await checks.stop();
    expect(told).toEqual([]);
  });
});
