import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { models } from '@meshdeck/testing/models';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildRunnerProcess } from '../runners/onnx/test-runner.js';
import { runInProcess } from '../runners/onnx/run-in-process.js';
import { loadModel } from '../runners/onnx/load-model.js';
import type { FakeHub } from '../testing/fake-hub.js';
import { ending, runOrder, temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';
import { createRowCounter } from './count-rows.js';

const columns = 16;
let runner: Awaited<ReturnType<typeof buildRunnerProcess>>;

beforeAll(async () => {
  runner = await buildRunnerProcess({ sandboxed: true });
});
afterAll(() => runner.remove());

/** Some megabytes; the last row is another one in every table. */
function table(last: number, rows = 20_000): string {
  const header = Array.from({ length: columns }, (_, column) => `x${column}`).join(',');
  const row = (at: number) =>
    Array.from({ length: columns }, (_, column) =>
      (((at * 31 + column * 7) % 997) / 100 - 5).toFixed(4),
    ).join(',');
  return [header, ...Array.from({ length: rows }, (_, at) => row(at)), row(last)].join('\n') + '\n';
}

async function expected(input: string): Promise<string> {
  const model = await loadModel({ path: models.wide, threads: 1 });
  return (await runInProcess(model, input)).text;
}

async function started() {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url, slots: 1 }, undefined, {
    onnxRunnerPath: runner.modulePath,
  });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  return { hub, agent, dataFolder };
}

const orderOf = async (hub: FakeHub, input: string) =>
  runOrder(hub, {
    runtime: 'onnx',
    entry: 'model.onnx',
    files: { 'model.onnx': await readFile(models.wide) },
    input,
  });

async function resultOf(hub: FakeHub, attemptId: string): Promise<string> {
  const end = await ending(hub, attemptId, 20_000);
  if (end.type !== 'succeeded') throw new Error(JSON.stringify(end));
  const bytes = hub.files.stored.get(end.result?.sha256 ?? '') ?? Buffer.alloc(0);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(end.result?.sha256 ?? '');
  const counter = createRowCounter();
  counter.push(bytes);
  expect(end.facts.rows).toBe(counter.rows());
  return bytes.toString();
}

it('runs while the table still arrives, sends the result while it runs, and gives the same bytes', async () => {
  const { hub, agent } = await started();
  const input = table(1);
  hub.files.holdDownloadsAfter = [Math.floor(input.length * 0.9)];
  const order = await orderOf(hub, input);
  await hub.order(agent.nodeId, order);
  const sent = () => hub.files.unnamed.get(order.attemptId)?.length ?? 0;
  await expect.poll(sent, { timeout: 10_000 }).toBeGreaterThan(1_000_000);
  expect(hub.reports.some(({ type }) => type === 'succeeded')).toBe(false);
  hub.files.release();
  expect(await resultOf(hub, order.attemptId)).toBe(await expected(input));
  expect(hub.files.requests).toContain('PUT ahead');
  const rest = hub.files.requests.find((line) => line.startsWith('PUT at '));
  expect(Number(rest?.slice('PUT at '.length))).toBeGreaterThan(1_000_000);
});

it('goes on where a download was cut, in the same run', async () => {
  const { hub, agent } = await started();
  const input = table(2);
  hub.files.cutDownloadsAfter = [1_500_000, 200_000];
  const order = await orderOf(hub, input);
  await hub.order(agent.nodeId, order);
  expect(await resultOf(hub, order.attemptId)).toBe(await expected(input));
  expect(hub.files.requests.filter((line) => line.startsWith('GET 206 from '))).toHaveLength(3);
});

it.each(['damageDownloads', 'damageEnds'] as const)(
  'runs again on the true table where what it began with was damaged (%s)',
  async (damage) => {
    const { hub, agent } = await started();
    const input = table(3);
    const order = await orderOf(hub, input);
    hub.files[damage] = 1;
    await hub.order(agent.nodeId, order);
    expect(await resultOf(hub, order.attemptId)).toBe(await expected(input));
  },
);

it('says that a table is damaged, and not what is wrong with its rows, where it arrives so twice', async () => {
  const { hub, agent } = await started();
  const order = await orderOf(hub, table(4));
  const data = hub.files.stored.get(order.input.sha256);
  if (data === undefined) throw new Error('expected the table');
  const damaged = Buffer.from(data);
  damaged.write('"broken', 2_000_000);
  hub.files.stored.set(order.input.sha256, damaged);
  await hub.order(agent.nodeId, order);
  expect(await ending(hub, order.attemptId)).toMatchObject({
    type: 'failed',
    failure: { code: 'hash-mismatch' },
  });
});

it('sends a result anew where its beginning was cut off on the way', async () => {
  const { hub, agent } = await started();
  const input = table(5);
  hub.files.cutAheadAfter = [300_000];
  hub.files.cutUploadsAfter = [700_000];
  const order = await orderOf(hub, input);
  await hub.order(agent.nodeId, order);
  expect(await resultOf(hub, order.attemptId)).toBe(await expected(input));
});

it('ends a run that waits for its table when it is cancelled', async () => {
  const { hub, agent } = await started();
  hub.files.holdDownloadsAfter = [1_500_000];
  const order = await orderOf(hub, table(6));
  await hub.order(agent.nodeId, order);
  await hub.waitFor('the run', ({ reports }) =>
    reports.find((report) => report.type === 'phase' && report.phase === 'running'),
  );
  await hub.order(agent.nodeId, { type: 'cancel', attemptId: order.attemptId, reason: 'test' });
  expect(await ending(hub, order.attemptId)).toMatchObject({ type: 'cancelled' });
});

it('runs a table that came with its order once, and uploads a result that is too large for the report', async () => {
  const { hub, agent } = await started();
  const input = table(7, 500);
  const order = {
    ...(await orderOf(hub, input)),
    inputContent: Buffer.from(input).toString('base64'),
    inlineResultBytes: 10_000,
  };
  await hub.order(agent.nodeId, order);
  expect(await resultOf(hub, order.attemptId)).toBe(await expected(input));
  expect(hub.files.requests).toEqual(['GET 200', 'PUT at 0']);
});
