import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { listPids, readEnvironment } from '../runners/process/proc.js';
import { goodPython, logText, node, python, runOne } from '../testing/run-app.js';
import { ending, runOrder, temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';

/** Needs bubblewrap (apt install bubblewrap) and a kernel that lets it work; everything here is skipped without. */
const shutIn =
  process.platform === 'linux' &&
  spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;
const asRoot = process.getuid?.() === 0;
const hostile = it.skipIf(!shutIn);

const witness = join(tmpdir(), `meshdeck-witness-${process.pid}`);
beforeAll(async () => {
  process.env['SECRET_OF_THE_AGENT'] = 'do not tell';
  await writeFile(witness, 'untouched');
});
afterAll(async () => {
  delete process.env['SECRET_OF_THE_AGENT'];
  await rm(witness, { force: true });
});

/** Python that says of each path whether it could be read. */
const readsPython = (paths: string) => `
for path in ${paths}:
    try:
        with open(path, 'rb') as f: f.read(1)
        print('REACHED', path)
    except OSError as e: print('refused', e.errno)
`;
const readsNode = (paths: string) => `
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
const data = dirname(dirname(dirname(process.env.MESHDECK_OUTPUT)));
for (const path of ${paths}) {
  try { readFileSync(path); console.log('REACHED', path); } catch (e) { console.log('refused', e.code); }
}
writeFileSync(join(process.env.MESHDECK_OUTPUT, 'predictions.csv'), 'p\\n1\\n2\\n3\\n');
`;
const dataFolderPython =
  "import os; data = os.path.dirname(os.path.dirname(os.path.dirname(os.environ['MESHDECK_OUTPUT'])))";

hostile.each([
  [
    'Python',
    python(
      `${goodPython}\n${dataFolderPython}\n${readsPython("[data + '/identity.json', data + '/hub.json']")}`,
    ),
  ],
  ['Node', node(readsNode("[data + '/identity.json', data + '/hub.json']"))],
])("a hostile job cannot read the agent's key (%s)", async (_what, app) => {
  const { hub, end, dataFolder } = await runOne(app);
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(await readFile(join(dataFolder, 'identity.json'), 'utf8')).toContain('PRIVATE KEY');
  expect(logText(hub).match(/refused/g)).toHaveLength(2);
  expect(logText(hub)).not.toContain('REACHED');
});

hostile.each([
  [
    'Python',
    python(
      goodPython +
        readsPython("['/etc/shadow', '/root/.bashrc', '/proc/1/environ', '/etc/machine-id']").replaceAll(
          '/proc/1/environ',
          '/etc/ssh',
        ),
    ),
  ],
  ['Node', node(readsNode("['/etc/shadow', '/root/.bashrc', '/etc/ssh', '/etc/machine-id']"))],
])('a hostile job cannot read the secrets of the system (%s)', async (_what, app) => {
  const { hub, end } = await runOne(app);
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub).match(/refused/g)).toHaveLength(4);
  expect(logText(hub)).not.toContain('REACHED');
});

hostile('a hostile job cannot read or change the files of another job', async () => {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url, slots: 2 });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  const victim = runOrder(
    hub,
    python(`import os, time
print('victim ready', flush=True)
while not os.path.exists(os.environ['MESHDECK_OUTPUT'] + '/go'): time.sleep(0.02)
${goodPython}`),
  );
  await hub.order(agent.nodeId, victim);
  await expect.poll(() => logText(hub), { timeout: 60_000 }).toContain('victim ready');
  const theirs = join(dataFolder, 'attempts', victim.attemptId);
  const thief = runOrder(
    hub,
    python(`${goodPython}
${readsPython(`['${theirs}/work/app.py', '${theirs}/input/table.csv', '${theirs}/attempt.json']`)}
try:
    open('${theirs}/result/predictions.csv', 'w').write('poison')
    print('REACHED result')
except OSError: print('refused write')
try: print('REACHED list', os.listdir('${join(dataFolder, 'attempts')}')) if '${victim.attemptId}' in os.listdir('${join(dataFolder, 'attempts')}') else print('refused list')
except OSError: print('refused list')`),
  );
  await hub.order(agent.nodeId, thief);
  expect(await ending(hub, thief.attemptId)).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).not.toContain('REACHED');
  expect(logText(hub).match(/refused/g)).toHaveLength(5);
  await writeFile(join(theirs, 'result', 'go'), '');
  const end = await ending(hub, victim.attemptId);
  expect(end).toMatchObject({ type: 'succeeded', facts: { rows: 3 } });
});

hostile("a hostile job cannot read the agent's environment", async () => {
  const { hub, end } = await runOne(
    python(`${goodPython}
import glob
print('environment', 'do not tell' in str(dict(os.environ)))
def tells(path):
    try: return b'do not tell' in open(path, 'rb').read()
    except OSError: return False
print('processes', len([p for p in glob.glob('/proc/[0-9]*/environ') if tells(p)]))`),
  );
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).toContain('environment False');
  expect(logText(hub)).toContain('processes 0');
});

hostile.each([
  [
    'Python',
    python(`${goodPython}
import signal
try:
    os.kill(${process.pid}, signal.SIGKILL); print('REACHED')
except OSError: print('refused')
print('parents', os.getppid() < 10, 'seen', len([p for p in os.listdir('/proc') if p.isdigit()]) < 10)`),
  ],
  [
    'Node',
    node(`${readsNode('[]')}
import { readdirSync } from 'node:fs';
try { process.kill(${process.pid}, 'SIGKILL'); console.log('REACHED'); } catch { console.log('refused'); }
console.log('parents', 'True seen', readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length < 10 ? 'True' : 'False');`),
  ],
])('a hostile job cannot kill the agent or see what else runs (%s)', async (_what, app) => {
  const { hub, end } = await runOne(app);
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).toContain('refused');
  expect(logText(hub)).toContain('parents True seen True');
  expect(logText(hub)).not.toContain('REACHED');
});

/** A listener as the hub's are, which counts who came. */
async function listener() {
  let visitors = 0;
  const server = createServer((socket) => {
    visitors += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, visitors: () => visitors };
}

const connectsPython = (port: number) => `${goodPython}
import socket
try:
    socket.create_connection(('127.0.0.1', ${port}), 2); print('REACHED')
except OSError as e: print('refused')`;

hostile.each(['python', 'node'] as const)(
  "a hostile job cannot connect to the hub's ports (%s)",
  async (runtime) => {
    const door = await listener();
    const app =
      runtime === 'python'
        ? python(connectsPython(door.port))
        : node(`${readsNode('[]')}
import { connect } from 'node:net';
connect(${door.port}, '127.0.0.1').on('connect', () => { console.log('REACHED'); process.exit(0); }).on('error', () => console.log('refused'));`);
    const { hub, end } = await runOne(app);
    expect(end).toMatchObject({ type: 'succeeded' });
    expect(logText(hub)).toContain('refused');
    expect(door.visitors()).toBe(0);
  },
);

hostile.each([
  [
    'Python',
    python(`${goodPython}
for path in ['${witness}', '/usr/meshdeck-was-here', '/etc/meshdeck-was-here', '/meshdeck-was-here', '/dev/meshdeck-was-here', '/var/tmp/meshdeck-was-here']:
    try:
        open(path, 'w').write('poison'); print('wrote', path)
    except OSError: print('refused')`),
  ],
  [
    'Node',
    node(`${readsNode('[]')}
for (const path of ['${witness}', '/usr/meshdeck-was-here', '/etc/meshdeck-was-here', '/meshdeck-was-here', '/dev/meshdeck-was-here', '/var/tmp/meshdeck-was-here']) {
  try { writeFileSync(path, 'poison'); console.log('wrote', path); } catch { console.log('refused'); }
}`),
  ],
])('a hostile job cannot write outside its own folder (%s)', async (_what, app) => {
  const { hub, end } = await runOne(app);
  expect(end).toMatchObject({ type: 'succeeded' });
  // Its /tmp is its own: what it writes there is not the machine's.
  expect(logText(hub).match(/refused/g)).toHaveLength(5);
  expect(await readFile(witness, 'utf8')).toBe('untouched');
  for (const folder of ['/usr', '/etc', '/', '/dev', '/var/tmp', tmpdir()])
    expect(await readdir(folder)).not.toContain('meshdeck-was-here');
});

/** Forks at most 700 times, each child asleep: enough to pass the limit of 512, and no more. */
const forksPython = `
import os, time
children = 0
try:
    for _ in range(700):
        if os.fork() == 0:
            time.sleep(60); os._exit(0)
        children += 1
    print('REACHED')
except OSError: print('refused after', children)
`;

hostile(
  'a hostile job cannot fork without end, and all it forked goes with it',
  async () => {
    const { hub, end, order } = await runOne(
      // Memory is counted process by process, shared pages each time.
      python(goodPython + forksPython, { limits: { memoryBytes: 64 * 1024 ** 3 } }),
    );
    expect(end).toMatchObject({ type: 'succeeded' });
    const refused = /refused after (\d+)/.exec(logText(hub));
    expect(Number(refused?.[1])).toBeGreaterThan(100);
    expect(Number(refused?.[1])).toBeLessThan(520);
    const marker = `MESHDECK_ATTEMPT=${order.attemptId}`;
    expect(listPids().filter((pid) => readEnvironment(pid).includes(marker))).toEqual([]);
  },
  60_000,
);

hostile('a hostile job cannot stay behind in a session of its own', async () => {
  const token = `meshdeck-stays-${process.pid}`;
  const { hub, end } = await runOne(
    python(`${goodPython}
import subprocess, sys, time
p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', '${token}'], start_new_session=True, env={}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(0.2)
print('started', p.poll() is None)`),
  );
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).toContain('started True');
  const left = [];
  for (const pid of listPids()) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(token)) left.push(pid);
  }
  expect(left).toEqual([]);
});

hostile.each([
  [
    'Python',
    python('blocks = []\nwhile True: blocks.append(bytearray(b"x") * 16_000_000)', {
      limits: { memoryBytes: 128 * 1024 ** 2 },
    }),
  ],
  [
    'Python at once',
    python('block = bytearray(b"x") * 4_000_000_000', { limits: { memoryBytes: 128 * 1024 ** 2 } }),
  ],
  [
    'Node',
    node('const kept = []; while (true) kept.push(Buffer.alloc(16_000_000, 1));', {
      limits: { memoryBytes: 128 * 1024 ** 2 },
    }),
  ],
])('a hostile job cannot fill the memory, and is told so in words (%s)', async (_what, app) => {
  const { failure } = await runOne(app);
  expect(failure?.code).toBe('app-memory-limit');
  expect(failure?.message).toMatch(/memory.*128(\.0)? MiB/);
});

hostile('a hostile job cannot fill shared memory or a file system in memory', async () => {
  const { failure, hub } = await runOne(
    python(
      `import os
for path in ['/dev/shm/x', '/tmp/x']:
    f = open(path, 'wb')
    try:
        for _ in range(400): f.write(b'z' * 1_000_000); f.flush()
    except OSError as e: print('refused', path, e.errno, flush=True)
import time
time.sleep(60)`,
      { limits: { memoryBytes: 128 * 1024 ** 2, outputBytes: 50_000_000 } },
    ),
  );
  expect(logText(hub)).toContain('refused /dev/shm/x');
  expect(failure?.code).toBe('app-output-limit');
});

it.skipIf(!shutIn || !asRoot)(
  'a hostile job cannot gain rights: it runs as nobody the system knows',
  async () => {
    const { hub, end } = await runOne(
      python(`${goodPython}
status = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)
print('rights', status['CapEff'], status['CapBnd'], status['NoNewPrivs'], os.getgroups())
print('uid', os.getuid())
for name, change in [('setuid', lambda: os.setuid(0)), ('chroot', lambda: os.chroot('/'))]:
    try: change(); print('REACHED', name)
    except OSError: print('refused', name)`),
    );
    expect(end).toMatchObject({ type: 'succeeded' });
    expect(logText(hub)).toContain('rights 0000000000000000 0000000000000000 1 []');
    expect(Number(/uid (\d+)/.exec(logText(hub))?.[1])).toBeGreaterThan(61_000);
    expect(logText(hub)).not.toContain('REACHED');
  },
);
