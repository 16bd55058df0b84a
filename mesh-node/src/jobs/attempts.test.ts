import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '@meshdeck/shared';
import { expect, it, onTestFinished } from 'vitest';
import { listPids, readEnvironment } from '../runners/process/proc.js';
import { startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { ending, runOrder, temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';
import { writeTarEntries } from '../testing/write-tar.js';
import { ordersAhead } from './attempts.js';

const holding = (hub: FakeHub) =>
  hub.waitFor('holding', ({ reports }) =>
    reports.find((report): report is Extract<Report, { type: 'holding' }> => report.type === 'holding'),
  );
const processesOf = (attemptId: string) =>
  listPids().filter((pid) => readEnvironment(pid).includes(`MESHDECK_ATTEMPT=${attemptId}`));
const firstLog = (hub: FakeHub) => hub.waitFor('a log line', ({ logs }) => logs[0]);

let gates = 0;

/** A Node app that says it started and then waits until it is told to end, or for ever: by a file in the folder of its result. */
function waitingApp(dataFolder: string) {
  const go = `go-${(gates += 1)}`;
  const code = `import { existsSync, writeFileSync } from 'node:fs';
    const result = process.env.MESHDECK_OUTPUT;
    console.log('started');
    setInterval(() => {
      if (!existsSync(result + '/${go}')) return;
      writeFileSync(result + '/predictions.csv', 'p\\n1\\n' + process.env.MESHDECK_ATTEMPT + '\\n');
      process.exit(0);
    }, 5);`;
  async function tell(): Promise<void> {
    const attempts = join(dataFolder, 'attempts');
    for (const id of await readdir(attempts))
      await writeFile(join(attempts, id, 'result', go), '').catch(() => undefined); // not there yet, or not any more
  }
  return {
    app: { runtime: 'node' as const, entry: 'app.mjs', files: { 'app.mjs': code } },
    async open() {
      const timer = setInterval(() => void tell(), 10);
      onTestFinished(() => clearInterval(timer));
      await tell();
    },
  };
}

async function started(slots = 2) {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url, slots });
  await holding(hub);
  return { hub, agent, dataFolder };
}

it('keeps what is beyond its slots until one is free, and refuses what is too much', async () => {
  const { hub, agent, dataFolder } = await started(1);
  const { app: waiting, open } = waitingApp(dataFolder);
  const app = { ...waiting, limits: { timeSeconds: 600 } };
  const first = runOrder(hub, app);
  const ahead = Array.from({ length: ordersAhead }, () => runOrder(hub, app));
  const last = runOrder(hub, app);
  for (const order of [first, ...ahead, last]) await hub.order(agent.nodeId, order);
  expect(await ending(hub, last.attemptId)).toMatchObject({
    type: 'failed',
    failure: { code: 'node-refused' },
  });
  await hub.waitFor('a busy heartbeat', ({ metrics }) => metrics.find(({ slotsBusy }) => slotsBusy === 1));
  const [second, third, ...others] = ahead;
  if (second === undefined || third === undefined) throw new Error('expected orders ahead');
  for (const { attemptId } of others) {
    await hub.order(agent.nodeId, { type: 'cancel', attemptId, reason: 'test' });
  }
  for (const { attemptId } of others) {
    expect(await ending(hub, attemptId)).toMatchObject({ type: 'cancelled' });
  }
  await open();
  expect(await ending(hub, third.attemptId)).toMatchObject({ type: 'succeeded' });
  const ends = hub.reports.flatMap((report) => (report.type === 'succeeded' ? [report.attemptId] : []));
  expect(ends).toEqual([first, second, third].map(({ attemptId }) => attemptId));
});

it('sends a small result along with the report where the hub asks for it', async () => {
  const { hub, agent, dataFolder } = await started();
  const { app, open } = waitingApp(dataFolder);
  await open();
  const order = { ...runOrder(hub, app), inlineResultBytes: 1000 };
  await hub.order(agent.nodeId, order);
  const end = await ending(hub, order.attemptId);
  expect(end.type).toBe('succeeded');
  if (end.type !== 'succeeded') return;
  const bytes = Buffer.from(end.content ?? '', 'base64');
  expect(bytes.toString()).toContain(order.attemptId);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(end.result?.sha256 ?? '');
  expect(hub.files.requests.filter((line) => line.startsWith('PUT'))).toEqual([]);
});

it('works on a table that came with the order, and refuses one that was damaged on the way', async () => {
  const { hub, agent } = await started();
  const code = `import { copyFileSync } from 'node:fs';
    copyFileSync(process.env.MESHDECK_INPUT, process.env.MESHDECK_OUTPUT + '/predictions.csv');`;
  const app = { runtime: 'node' as const, entry: 'app.mjs', files: { 'app.mjs': code } };
  const table = Buffer.from('x\n1\n');
  const input = {
    sha256: createHash('sha256').update(table).digest('hex'),
    bytes: table.length,
    name: 'table.csv',
  };
  const inputContent = table.toString('base64');
  const good = { ...runOrder(hub, app), input, inputContent };
  const bad = { ...runOrder(hub, app), input: { ...input, sha256: 'a'.repeat(64) }, inputContent };
  await hub.order(agent.nodeId, good);
  await hub.order(agent.nodeId, bad);
  expect(await ending(hub, good.attemptId)).toMatchObject({ result: { sha256: input.sha256 } });
  expect(await ending(hub, bad.attemptId)).toMatchObject({ failure: { code: 'hash-mismatch' } });
});

it('starts nothing twice: a repeated order for what it holds is answered with where it stands', async () => {
  const { hub, agent, dataFolder } = await started();
  const { app, open } = waitingApp(dataFolder);
  const order = runOrder(hub, app);
  await hub.order(agent.nodeId, order);
  await firstLog(hub);
  await hub.order(agent.nodeId, order);
  await open();
  await ending(hub, order.attemptId);
  await hub.order(agent.nodeId, order);
  await hub.waitFor(
    'the outcome again',
    ({ reports }) => reports.filter(({ type }) => type === 'succeeded')[1],
  );
  expect(hub.reports.filter((report) => report.type === 'phase' && report.phase === 'running')).toHaveLength(
    1,
  );
});

it('cancels an attempt to its last process', async () => {
  const { hub, agent, dataFolder } = await started();
  const { app } = waitingApp(dataFolder);
  const order = runOrder(hub, app);
  await hub.order(agent.nodeId, order);
  await firstLog(hub);
  expect(processesOf(order.attemptId)).not.toEqual([]);
  await hub.order(agent.nodeId, { type: 'cancel', attemptId: order.attemptId, reason: 'by Ada' });
  expect(await ending(hub, order.attemptId)).toMatchObject({ type: 'cancelled', token: 1 });
  expect(processesOf(order.attemptId)).toEqual([]);
});

it('forgets: a finished attempt leaves the disk, a running one ends without a word', async () => {
  const { hub, agent, dataFolder } = await started();
  const { app, open } = waitingApp(dataFolder);
  const done = runOrder(hub, app);
  await open();
  await hub.order(agent.nodeId, done);
  await ending(hub, done.attemptId);
  await hub.order(agent.nodeId, { type: 'forget', attemptId: done.attemptId });
  const endless = waitingApp(dataFolder);
  const running = runOrder(hub, endless.app);
  await hub.order(agent.nodeId, running);
  await hub.waitFor('its log', ({ logs }) => logs.find(({ attemptId }) => attemptId === running.attemptId));
  await hub.order(agent.nodeId, { type: 'forget', attemptId: running.attemptId });
  await expect.poll(() => readdir(join(dataFolder, 'attempts'))).toEqual([]);
  expect(processesOf(running.attemptId)).toEqual([]);
  const ends = hub.reports.filter((report) => report.type === 'failed' || report.type === 'cancelled');
  expect(ends).toEqual([]);
});

it('works on while the hub is away and hands over what it did when it is back', async () => {
  const hub = await startFakeHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url });
  await holding(hub);
  const { app, open } = waitingApp(dataFolder);
  const order = runOrder(hub, app);
  await hub.order(agent.nodeId, order);
  await firstLog(hub);
  await hub.stop();
  await open();
  const record = join(dataFolder, 'attempts.log');
  await expect.poll(() => readFile(record, 'utf8')).toContain('"state":"delivering"');

  const { identity, tlsPort, mqttPort, files } = hub;
  const back = await testHub({ identity, tlsPort, mqttPort, files });
  expect((await holding(back)).attempts).toEqual([{ attemptId: order.attemptId, token: 1 }]);
  const end = await ending(back, order.attemptId);
  expect(end).toMatchObject({ type: 'succeeded', facts: { rows: 2 } });
  if (end.type === 'succeeded') expect(back.files.stored.has(end.result?.sha256 ?? '')).toBe(true);
});

it('tells a hub that comes back where a running attempt stands', async () => {
  const hub = await startFakeHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url });
  await holding(hub);
  const { app, open } = waitingApp(dataFolder);
  const order = runOrder(hub, app);
  await hub.order(agent.nodeId, order);
  await firstLog(hub);
  await hub.stop();
  const { identity, tlsPort, mqttPort, files } = hub;
  const back = await testHub({ identity, tlsPort, mqttPort, files });
  await back.waitFor('the phase', ({ reports }) =>
    reports.find((report) => report.type === 'phase' && report.phase === 'running'),
  );
  await open();
  expect(await ending(back, order.attemptId)).toMatchObject({ type: 'succeeded' });
});

it('drops orders that make no sense and goes on', async () => {
  const { hub, agent, dataFolder } = await started();
  await hub.order(agent.nodeId, { type: 'explode' } as never);
  await hub.order(agent.nodeId, { type: 'run', attemptId: '../../etc' } as never);
  await hub.order(agent.nodeId, { type: 'cancel', attemptId: 'job0000000-0-1', reason: '' });
  const { app, open } = waitingApp(dataFolder);
  await open();
  const order = runOrder(hub, app);
  await hub.order(agent.nodeId, order);
  expect(await ending(hub, order.attemptId)).toMatchObject({ type: 'succeeded' });
});

it('fetches a bundle and an input once for all attempts that use them', async () => {
  const { hub, agent, dataFolder } = await started();
  const { app, open } = waitingApp(dataFolder);
  await open();
  const orders = [runOrder(hub, app), runOrder(hub, app)];
  await Promise.all(orders.map((order) => hub.order(agent.nodeId, order)));
  await Promise.all(orders.map(({ attemptId }) => ending(hub, attemptId)));
  expect(hub.files.requests.filter((line) => line.startsWith('GET'))).toEqual(['GET 200', 'GET 200']);
});

it.each([
  ['a link', { path: 'link', type: 'SymbolicLink' as const, target: '/etc/passwd' }],
  ['a hard link', { path: 'link', type: 'Link' as const, target: 'app.mjs' }],
  ['a way out', { path: '../outside', content: 'x' }],
  ['an absolute path', { path: '/tmp/outside', content: 'x' }],
  ['a device', { path: 'zero', type: 'CharacterDevice' as const }],
])('refuses a bundle with %s', async (_what, entry) => {
  const { hub, agent, dataFolder } = await started();
  const order = runOrder(hub, { runtime: 'node', entry: 'app.mjs', files: {} });
  order.app.bundle = hub.putFile('bundle.tar', writeTarEntries([{ path: 'app.mjs', content: '1' }, entry]));
  await hub.order(agent.nodeId, order);
  expect(await ending(hub, order.attemptId)).toMatchObject({
    type: 'failed',
    failure: { code: 'archive-unsafe' },
  });
  expect((await readdir(join(dataFolder, 'cache'))).filter((name) => name.startsWith('bundle'))).toEqual([]);
});
