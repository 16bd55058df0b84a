import { spawnSync } from 'node:child_process';
import { chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Protection } from '@meshdeck/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FakeHub } from '../testing/fake-hub.js';
import { installTestAgent, startNodeProcess } from '../testing/node-process.js';
import { canHaveNeighbours, doorsBelow, startNeighbour } from '../testing/neighbour.js';
import { startPackageIndex } from '../testing/package-index.js';
import { goodPython, logText, node, python } from '../testing/run-app.js';
import { writeWheel } from '../testing/write-zip.js';
import { ending, runOrder, temporaryFolder, testHub } from '../testing/test-agent.js';

/** As a user without rights: the tests' own where they do not run as root, else one nobody has. */
const asRoot = process.getuid?.() === 0;
const uid = asRoot ? 60_321 : (process.getuid?.() ?? 0);
const asUser = asRoot ? ['setpriv', '--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', '--'] : [];
const works = (line: string[]) => spawnSync(line[0] ?? '', line.slice(1)).status === 0;
const shutIn =
  process.platform === 'linux' && works([...asUser, 'bwrap', '--unshare-all', '--ro-bind', '/', '/', 'true']);
/** A user namespace in which no further one may be made: what a locked-down kernel is to everyone. */
const forbidden = [
  ...asUser,
  ...['bwrap', '--die-with-parent', '--unshare-user', '--disable-userns', '--dev-bind', '/', '/', '--'],
];

let agent: Awaited<ReturnType<typeof installTestAgent>>;
beforeAll(async () => {
  agent = await installTestAgent();
}, 120_000);
afterAll(() => agent.remove());

const protectionOf = (hub: FakeHub): Promise<Protection> =>
  hub.waitFor('its protection', ({ inventories }) => inventories.at(-1)?.inventory.protection, 60_000);

async function startAgent(before: string[], env: Record<string, string> = {}) {
  const hub = await testHub();
  const folder = await temporaryFolder();
  if (asRoot) await chown(folder, uid, uid);
  const data = join(folder, 'data');
  const args = ['--data', data, '--hub', hub.url, '--no-mdns', '--slots', '1'];
  const start = async () => {
    const running = startNodeProcess(agent.program, args, { HOME: folder, ...env }, before);
    const { nodeId } = await running.event('joined');
    return { running, nodeId: String(nodeId) };
  };
  return { hub, data, start, ...(await start()) };
}

const hostileApp = (data: string) =>
  node(`import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
for (const path of ['${data}/identity.json', '/etc/shadow', '/etc/hostname']) {
  try { readFileSync(path); console.log('REACHED', path); } catch { console.log('refused', path); }
}
console.log('processes', readdirSync('/proc').filter((name) => Number(name) > 0).length);
writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'p\\n1\\n2\\n3\\n');`);

it.skipIf(!shutIn)(
  'an agent that is no root shuts its jobs in all the same, and its protection is strong',
  async () => {
    const { hub, data, nodeId } = await startAgent(asUser);
    expect(await protectionOf(hub)).toMatchObject({
      level: 'strong',
      notes: expect.arrayContaining([expect.stringContaining('does not run as root')]) as string[],
    });
    const order = runOrder(hub, hostileApp(data));
    await hub.order(nodeId, order);
    expect(await ending(hub, order.attemptId, 30_000)).toMatchObject({ type: 'succeeded' });
    expect(logText(hub)).not.toContain('REACHED');
    expect(Number(/processes (\d+)/.exec(logText(hub))?.[1])).toBeLessThan(5);
  },
  120_000,
);

it.skipIf(!shutIn)(
  'an agent that may make no namespaces runs jobs without walls, and says that it offers none',
  async () => {
    const { hub, data, nodeId } = await startAgent(forbidden);
    const protection = await protectionOf(hub);
    expect(protection.level).toBe('none');
    expect(protection.notes.join(' ')).toContain('bubblewrap is installed but does not work here');
    const order = runOrder(hub, hostileApp(data));
    await hub.order(nodeId, order);
    expect(await ending(hub, order.attemptId, 30_000)).toMatchObject({ type: 'succeeded' });
    // What the panel says is what is so: nothing stands between this job and the agent's key.
    expect(logText(hub)).toContain(`REACHED ${data}/identity.json`);
    expect(logText(hub)).toContain('refused /etc/shadow');
  },
  120_000,
);

/** A tree that no path is long enough for, and folders that not even their owner may enter. */
const leavesWhatCannotBeRemoved = `
import os, time
work = os.getcwd()
os.makedirs('closed/inner')
open('closed/inner/file', 'w').close()
open(b'closed/\\xff\\xfe', 'w').close()
for _ in range(200):
    os.mkdir('d' * 100); os.chdir('d' * 100)
open('bottom', 'w').close()
os.chmod(work + '/closed/inner', 0)
os.chmod(work + '/closed', 0o500)
os.chmod(os.environ['MESHDECK_OUTPUT'], 0)
os.chmod(work, 0)
print('left behind', flush=True)
time.sleep(600)
`;

it.skipIf(process.platform !== 'linux')(
  'a job cannot keep an agent that is no root from starting again, whatever it leaves in its folder',
  async () => {
    const { hub, data, nodeId, running, start } = await startAgent(asUser);
    const order = runOrder(hub, python(leavesWhatCannotBeRemoved));
    await hub.order(nodeId, order);
    await expect.poll(() => logText(hub), { timeout: 60_000 }).toContain('left behind');
    running.child.kill('SIGKILL');
    await running.exit;
    expect(await readdir(join(data, 'attempts'))).toEqual([order.attemptId]);
    await start();
    expect(await ending(hub, order.attemptId, 30_000)).toMatchObject({ type: 'failed' });
    expect(await readdir(join(data, 'attempts'))).toEqual([]);
    await expect.poll(() => readdir(join(data, 'trash')), { timeout: 30_000 }).toEqual([]);
  },
  120_000,
);

it.skipIf(!shutIn || !canHaveNeighbours)(
  'an agent that is no root holds a job to the places its app names, and leaves no network behind when it is killed',
  async () => {
    const { local, visitors } = await startNeighbour([443, 9999]);
    const { hub, data, nodeId, running } = await startAgent(asUser);
    const places = [`${local}:9999`];
    const app = python(`import socket, time
for port in (443, 9999):
    try:
        s = socket.create_connection(('${local}', port), 20); s.sendall(b'hi'); print('REACHED', port, s.recv(99))
    except OSError as e: print('refused', port)
print('stays', flush=True)
time.sleep(600)`);
    const order = runOrder(hub, { ...app, access: { network: true, gpu: false, places } });
    await hub.order(nodeId, order);
    await expect.poll(() => logText(hub), { timeout: 60_000 }).toContain('stays');
    expect(logText(hub)).toContain("REACHED 9999 b'echo 9999 hi'");
    expect(logText(hub)).toContain('refused 443');
    expect(visitors()).toEqual([9999]);
    expect(doorsBelow(data).length).toBeGreaterThan(0);
    running.child.kill('SIGKILL');
    await running.exit;
    await expect.poll(() => doorsBelow(data), { timeout: 60_000 }).toEqual([]);
  },
  120_000,
);

it.skipIf(!shutIn)(
  "an agent that is no root installs an app's packages by its own index, and no job writes to them",
  async () => {
    const index = await startPackageIndex();
    index.addFile('outer', writeWheel('outer', 'n = 7'));
    const settings = { PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: index.pythonUrl, PIP_FIND_LINKS: '' };
    const { hub, data, nodeId } = await startAgent(asUser, settings);
    const app = python(
      `import outer, os
print('has', outer.n)
try:
    os.chmod(outer.__file__, 0o644); open(outer.__file__, 'w').write('poison'); print('WROTE')
except OSError as e: print('refused', e.errno)
${goodPython}`,
      { files: { 'requirements.txt': 'outer\n' } },
    );
    const order = runOrder(hub, app);
    await hub.order(nodeId, order);
    expect(await ending(hub, order.attemptId, 120_000)).toMatchObject({ type: 'succeeded' });
    expect(logText(hub)).toContain('has 7');
    expect(logText(hub)).toContain('refused 30');
    expect(logText(hub)).not.toContain('WROTE');
    expect(logText(hub)).not.toContain(index.password);
    expect(index.requests.filter((path) => path.endsWith('refused'))).toEqual([]);
    expect((await readdir(join(data, 'cache'))).filter((name) => name.startsWith('venv-'))).toHaveLength(1);
  },
  180_000,
);
