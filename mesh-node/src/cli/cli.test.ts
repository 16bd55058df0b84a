import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listPids, readEnvironment } from '../runners/process/proc.js';
import { startFakeHub } from '../testing/fake-hub.js';
import { buildTestAgent, startNodeProcess } from '../testing/node-process.js';
import { ending, runOrder, temporaryFolder, testHub } from '../testing/test-agent.js';

let program = '';
let remove: () => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
  ({ program, remove } = await buildTestAgent());
});
afterAll(() => remove());

const addColumn = {
  runtime: 'python' as const,
  entry: 'app.py',
  files: {
    'app.py': `import os
lines = open(os.environ['MESHDECK_INPUT']).read().split()
with open(os.path.join(os.environ['MESHDECK_OUTPUT'], 'predictions.csv'), 'w') as out:
    out.write('\\n'.join(line + ',1' for line in lines))`,
  },
};
const sleep = {
  runtime: 'python' as const,
  entry: 'app.py',
  files: { 'app.py': 'import time\nprint("sleeping", flush=True)\ntime.sleep(600)' },
};

const processesOf = (attemptId: string) =>
  listPids().filter((pid) => readEnvironment(pid).includes(`MESHDECK_ATTEMPT=${attemptId}`));

async function flags(hub: { url: string }, more: string[] = []) {
  return ['--data', await temporaryFolder(), '--no-mdns', '--hub', hub.url, '--slots', '1', ...more];
}

it('prints one line of JSON when it waits, and nothing else on stdout', async () => {
  const hub = await testHub({ approveByHand: true });
  const agent = startNodeProcess(program, await flags(hub, ['--label', 'room=lab2', '--name', 'bench 3']));
  const { code } = await agent.event('waiting');
  expect(hub.pairing.attempts).toMatchObject([{ code, start: { name: 'bench 3' } }]);
  expect(agent.events).toHaveLength(1);
  agent.child.kill('SIGTERM');
  expect((await agent.exit).code).toBe(0);
});

it.each([
  ['without a terminal', [], true],
  ['with --ask', ['--ask'], false],
])('says %s whether the word of the hub alone counts', async (_how, more, alone) => {
  const hub = await testHub({ approveByHand: true });
  const agent = startNodeProcess(program, await flags(hub, more));
  await agent.event('waiting');
  await expect.poll(agent.stderr).toContain('Approve it there');
  agent.child.kill('SIGTERM');
  expect((await agent.exit).code).toBe(0);
  expect(agent.stderr().includes('trusts whichever hub says that it has approved it')).toBe(alone);
});

it('exits 0 within 5 s of SIGTERM, its jobs ended and told', async () => {
  const hub = await testHub();
  const agent = startNodeProcess(program, await flags(hub));
  const { nodeId } = await agent.event('joined');
  const order = runOrder(hub, sleep);
  await hub.order(String(nodeId), order);
  await hub.waitFor('its log', ({ logs }) => logs[0]);
  const asked = Date.now();
  agent.child.kill('SIGTERM');
  expect((await agent.exit).code).toBe(0);
  expect(Date.now() - asked).toBeLessThan(5000);
  expect(await ending(hub, order.attemptId)).toMatchObject({ failure: { code: 'node-lost' } });
  expect(hub.statuses.at(-1)).toMatchObject({ state: 'offline', reason: 'stopped' });
  expect(processesOf(order.attemptId)).toEqual([]);
});

it.each([
  ['token-invalid', 'The hub does not know this join token.'],
  ['token-used-up', 'This join token has been used up.'],
])('exits 1 with the hub’s sentence on %s', async (code, detail) => {
  const hub = await testHub({ onHello: () => ({ code, detail }) });
  const agent = startNodeProcess(program, await flags(hub, ['--join', hub.token()]));
  expect((await agent.exit).code).toBe(1);
  expect(agent.stderr()).toContain(`meshdeck-node: ${detail}`);
  expect(agent.events).toEqual([]);
});

it.each([
  ['a token that is none', ['--join', 'hello'], 1, 'join-token create'],
  ['an option that is none', ['--frobnicate'], 2, 'frobnicate'],
  ['slots that are no number', ['--slots', 'many'], 2, 'whole number of jobs at a time from 0 to 256'],
  ['more slots than there may be', ['--slots', '257'], 2, 'whole number of jobs at a time from 0 to 256'],
  ['a benchmark of no length', ['--benchmark-seconds', '0'], 2, 'whole number from 1 to 60'],
  ['a label without value', ['--label', 'lab2'], 2, 'key=value'],
  ['a label with a key that is none', ['--label', 'bad key=x'], 2, 'letters, digits'],
  ['an empty name', ['--name', ''], 2, '1 to 80 visible characters'],
  [
    'an interface that is not there',
    ['--interface', 'eth99'],
    2,
    'no network interface "eth99". It has lo (',
  ],
  ['a hub that is no address', ['--hub', 'ftp://lab'], 2, 'https://'],
])('refuses %s', async (_what, args, code, words) => {
  const agent = startNodeProcess(program, ['--data', await temporaryFolder(), ...args]);
  expect((await agent.exit).code).toBe(code);
  expect(agent.stderr()).toContain(words);
});

it('says after a second where it looks for a hub, how to help, and no trouble twice', async () => {
  const args = ['--data', await temporaryFolder(), '--interface', '127.0.0.1'];
  const stranger = { fingerprint: 'ab'.repeat(32), addresses: ['127.0.0.1:9'] };
  const token = (await testHub()).token(stranger);
  const started = Date.now();
  const agent = startNodeProcess(program, [...args, '--join', token]);
  await expect.poll(agent.stderr, { timeout: 5000 }).toContain('Looking for');
  expect(Date.now() - started).toBeLessThan(4000);
  expect(agent.stderr()).toMatch(
    /Looking for the hub at 127\.0\.0\.1:9 and by mDNS on lo \(127\.0\.0\.1\)\./,
  );
  expect(agent.stderr()).toContain('--hub HOST');
  await expect.poll(agent.stderr, { timeout: 15_000 }).toContain('No hub answers');
  expect(
    agent
      .stderr()
      .split('\n')
      .filter((line) => line.startsWith('{')),
  ).toEqual([]);
});

it('refuses a second agent in the same data folder', async () => {
  const hub = await testHub();
  const args = await flags(hub);
  await startNodeProcess(program, args).event('joined');
  const second = startNodeProcess(program, args);
  expect((await second.exit).code).toBe(1);
  expect(second.stderr()).toContain('already uses');
  expect(hub.hellos).toHaveLength(1);
});

it('still hands over a result that was ready when it was killed', async () => {
  const hub = await startFakeHub();
  const args = await flags(hub);
  const first = startNodeProcess(program, args);
  const { nodeId } = await first.event('joined');
  const order = runOrder(hub, addColumn);
  // The upload is cut again and again until the agent is gone.
  hub.files.cutUploadsAfter = Array.from({ length: 100 }, () => 1);
  await hub.order(String(nodeId), order);
  await hub.waitFor('an upload', ({ files }) => (files.requests.includes('PUT at 0') ? true : undefined));
  first.child.kill('SIGKILL');
  await first.exit;
  await hub.stop();

  const { identity, tlsPort, mqttPort, files } = hub;
  files.cutUploadsAfter = [];
  const back = await testHub({ identity, tlsPort, mqttPort, files });
  startNodeProcess(program, args);
  const held = await back.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  expect(held).toMatchObject({ attempts: [{ attemptId: order.attemptId, token: 1 }] });
  const end = await ending(back, order.attemptId);
  expect(end).toMatchObject({ type: 'succeeded', facts: { rows: 3 } });
  if (end.type !== 'succeeded') return;
  expect(back.files.stored.get(end.result?.sha256 ?? '')?.toString()).toBe(
    'id,value,1\n1,10,1\n2,20,1\n3,30,1',
  );
});

it('reports what ran when it was killed as lost, and ends its processes', async () => {
  const hub = await testHub();
  const args = await flags(hub);
  const first = startNodeProcess(program, args);
  const { nodeId } = await first.event('joined');
  const order = runOrder(hub, sleep);
  await hub.order(String(nodeId), order);
  await hub.waitFor('its log', ({ logs }) => logs[0]);
  first.child.kill('SIGKILL');
  await first.exit;

  startNodeProcess(program, args);
  expect(await ending(hub, order.attemptId)).toMatchObject({
    type: 'failed',
    failure: { code: 'node-lost', message: expect.stringContaining('restarted while the job ran') as string },
  });
  expect(processesOf(order.attemptId)).toEqual([]);
});

it('connects again after it was killed while a job had written files, and sends them then', async () => {
  const hub = await testHub();
  const args = await flags(hub);
  const first = startNodeProcess(program, args);
  const { nodeId } = await first.event('joined');
  const code = `import os, time
open(os.environ['MESHDECK_OUTPUT'] + '/half.csv', 'w').write('a\\n1')
print('written', flush=True)
time.sleep(600)`;
  const app = { runtime: 'python' as const, entry: 'app.py', files: { 'app.py': code } };
  const order = { ...runOrder(hub, app), outputs: { predictions: true, graceSeconds: 0 } };
  await hub.order(String(nodeId), order);
  await hub.waitFor('its log', ({ logs }) => logs[0]);
  first.child.kill('SIGKILL');
  await first.exit;

  startNodeProcess(program, args);
  const end = await ending(hub, order.attemptId);
  expect(end).toMatchObject({ type: 'failed', failure: { code: 'node-lost' }, files: { files: 1 } });
});

it('runs an ONNX model in a warm process of its own', async () => {
  const hub = await testHub();
  const agent = startNodeProcess(program, await flags(hub));
  const { nodeId } = await agent.event('joined');
  const model = await readFile(new URL('../runners/onnx/fixtures/softmax.onnx', import.meta.url));
  const app = {
    runtime: 'onnx' as const,
    entry: 'model.onnx',
    files: { 'model.onnx': model },
    input: 'a,b,c\n1,2,3\n4,5,6\n',
  };
  const orders = [runOrder(hub, app), runOrder(hub, app)];
  const ends = [];
  for (const order of orders) {
    await hub.order(String(nodeId), order);
    ends.push(await ending(hub, order.attemptId));
  }
  expect(ends).toMatchObject([
    { type: 'succeeded', facts: { rows: 2, warm: false } },
    { type: 'succeeded', facts: { rows: 2, warm: true } },
  ]);
});
