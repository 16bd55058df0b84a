import { fileListSchema, type FileList } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import type { FakeHub } from '../testing/fake-hub.js';
import { goodPython, python } from '../testing/run-app.js';
import { ending, runOrder, temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';

const setting = { predictions: true, graceSeconds: 5 };

/** Runs one script whose output folder is wanted, to its end. */
async function runKept(
  code: string,
  more: Partial<Parameters<typeof runOrder>[1]> & { outputs?: typeof setting } = {},
) {
  const hub = await testHub();
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  const { outputs = setting, ...app } = more;
  const order = { ...runOrder(hub, python(code, app)), outputs };
  await hub.order(agent.nodeId, order);
  const end = await ending(hub, order.attemptId);
  if (end.type !== 'succeeded' && end.type !== 'failed' && end.type !== 'cancelled')
    throw new Error(end.type);
  return { hub, agent, order, end, list: listOf(hub, end.files?.list.sha256) };
}

function listOf(hub: FakeHub, sha256: string | undefined): FileList | undefined {
  const stored = sha256 === undefined ? undefined : hub.files.stored.get(sha256);
  return stored === undefined ? undefined : fileListSchema.parse(JSON.parse(stored.toString()));
}
const pathsOf = (list: FileList | undefined) => list?.files.map(({ path }) => path);
const contentOf = (hub: FakeHub, list: FileList | undefined, path: string) =>
  hub.files.stored.get(list?.files.find((file) => file.path === path)?.sha256 ?? '')?.toString();

const inOutput = `import os\nos.chdir(os.environ['MESHDECK_OUTPUT'])\n`;

it('keeps everything in the output folder of a run that succeeded, its result told by itself', async () => {
  const { hub, end, list } = await runKept(`${goodPython}
out.close() if not out.closed else None
${inOutput}
os.makedirs('plots/fein')
open('plots/fein/Ärger & Söhne (2) größe.csv', 'w').write('a\\n1\\n')
open('metrics.json', 'w').write('{"accuracy": 0.9}')
open('empty.txt', 'w').close()`);
  expect(end).toMatchObject({ type: 'succeeded', result: { name: 'predictions.csv' } });
  expect(pathsOf(list)).toEqual(['empty.txt', 'metrics.json', 'plots/fein/Ärger & Söhne (2) größe.csv']);
  expect(contentOf(hub, list, 'metrics.json')).toBe('{"accuracy": 0.9}');
  expect(contentOf(hub, list, 'empty.txt')).toBe('');
  expect(list?.leftOut).toEqual({ count: 0, examples: [] });
});

it('keeps nothing besides the result where the hub is too old to ask for it', async () => {
  const hub = await testHub();
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  const order = runOrder(hub, python(`${goodPython}\n${inOutput}\nopen('x.txt', 'w').write('x')`));
  await hub.order(agent.nodeId, order);
  const end = await ending(hub, order.attemptId);
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(end).not.toHaveProperty('files');
});

it('keeps what a run had written that crashed, that ran out of time, and that was cancelled', async () => {
  const crashed = await runKept(`${inOutput}open('half.txt', 'w').write('half')\nraise ValueError('no')`);
  expect(crashed.end).toMatchObject({ type: 'failed', failure: { code: 'app-crashed' } });
  expect(contentOf(crashed.hub, crashed.list, 'half.txt')).toBe('half');

  const late = await runKept(
    `${inOutput}import time\nopen('half.txt', 'w').write('late')\nwhile True: time.sleep(9)`,
    { limits: { timeSeconds: 5 } },
  );
  expect(late.end).toMatchObject({ type: 'failed', failure: { code: 'app-timeout' } });
  expect(contentOf(late.hub, late.list, 'half.txt')).toBe('late');

  const hub = await testHub();
  const agent = await testAgent({ dataFolder: await temporaryFolder(), hub: hub.url });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  const script = `${inOutput}import time\nopen('half.txt', 'w').write('cancelled')\nprint('ready', flush=True)\nwhile True: time.sleep(9)`;
  const order = { ...runOrder(hub, python(script)), outputs: setting };
  await hub.order(agent.nodeId, order);
  await hub.waitFor('its word', ({ logs }) =>
    logs.find(({ lines }) => lines.some(({ text }) => text === 'ready')),
  );
  const { attemptId } = order;
  await hub.order(agent.nodeId, { type: 'cancel', attemptId, reason: 'stop', keepFiles: true });
  const end = await ending(hub, attemptId);
  expect(end.type).toBe('cancelled');
  const list = listOf(hub, 'files' in end ? end.files?.list.sha256 : undefined);
  expect(contentOf(hub, list, 'half.txt')).toBe('cancelled');
});

it('leaves out and names what is no plain file, and names that no system could show', async () => {
  const { end, list } = await runKept(`${goodPython}
${inOutput}
import socket
open('good.txt', 'w').write('good')
os.symlink('/etc/passwd', 'passwd')
os.symlink('.', 'loop')
os.mkfifo('pipe')
socket.socket(socket.AF_UNIX).bind('socket')
open('two\\nlines.txt', 'w').write('x')
open('back\\\\slash.txt', 'w').write('x')
open(b'latin-\\xe4.txt', 'w').write('x')
os.makedirs('/'.join(['d' * 200] * 3)); open('/'.join(['d' * 200] * 3) + '/x.txt', 'w').write('x')
os.mkdir('closed'); open('closed/inside.txt', 'w').write('inside'); os.chmod('closed', 0)
open('sealed.txt', 'w').write('sealed'); os.chmod('sealed.txt', 0)`);
  expect(end.type).toBe('succeeded');
  expect(pathsOf(list)).toEqual(['closed/inside.txt', 'good.txt', 'sealed.txt']);
  const whys = Object.fromEntries(list?.leftOut.examples.map(({ name, why }) => [name, why]) ?? []);
  expect(whys).toMatchObject({
    ...{ passwd: 'link', loop: 'link', pipe: 'pipe', socket: 'socket' },
    ...{ 'two\\u{a}lines.txt': 'name', 'back\\slash.txt': 'name', 'latin-\\u{fffd}.txt': 'name' },
  });
  expect(Object.values(whys)).toContain('long-path');
  expect(list?.leftOut.count).toBe(8);
});

it('keeps the first ten thousand files and says how many more there were', async () => {
  const { end, list } = await runKept(
    `${goodPython}\n${inOutput}\nfor n in range(10_050): open(f'{n:06}.txt', 'w').write('same')`,
  );
  expect(end).toMatchObject({ type: 'succeeded', files: { files: 10_000, bytes: 40_000 } });
  expect(list?.leftOut.count).toBe(50);
  expect(list?.leftOut.examples[0]).toEqual({ name: '010000.txt', why: 'too-many' });
});

it('refuses a file of five gigabytes by the limit of the output, and keeps what fits', async () => {
  const truncated = (bytes: number) =>
    `${goodPython}\n${inOutput}\nopen('a.txt', 'w').write('a')\nopen('big.bin', 'w').truncate(${bytes})`;
  const { end, list } = await runKept(truncated(5 * 1024 ** 3));
  expect(end).toMatchObject({ type: 'failed', failure: { code: 'app-output-limit' } });
  expect(pathsOf(list)).toContain('a.txt');
  // So little more that the system lets it pass.
  const more = await runKept(truncated(70 * 1024 ** 2));
  expect(more.end).toMatchObject({ type: 'failed', failure: { code: 'app-output-limit' } });
  expect(more.list?.leftOut.examples).toContainEqual({ name: 'big.bin', why: 'too-large' });
});

it('needs no predictions.csv of an app that makes none, and takes it where there is one', async () => {
  const outputs = { ...setting, predictions: false };
  const none = await runKept(`${inOutput}open('report.txt', 'w').write('fine')`, { outputs });
  expect(none.end).toMatchObject({ type: 'succeeded', facts: { rows: null } });
  expect(none.end).not.toHaveProperty('result');
  expect(pathsOf(none.list)).toEqual(['report.txt']);
  const nothing = await runKept('print("nothing")', { outputs });
  expect(nothing.end).toMatchObject({ type: 'succeeded' });
  expect(nothing.end).not.toHaveProperty('files');
  const some = await runKept(goodPython, { outputs });
  expect(some.end).toMatchObject({
    type: 'succeeded',
    facts: { rows: 3 },
    result: { name: 'predictions.csv' },
  });
});
