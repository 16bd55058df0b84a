import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { listPids } from '../runners/process/proc.js';
import {
  startPackageIndex,
  withEnvironment,
  writeSource,
  type PackageIndex,
} from '../testing/package-index.js';
import { goodPython, logText, node, python } from '../testing/run-app.js';
import { ending, runOrder, temporaryFolder, testAgent, testHub } from '../testing/test-agent.js';
import { writeWheel } from '../testing/write-zip.js';

const shutIn =
  process.platform === 'linux' &&
  spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;
const hostile = it.skipIf(!shutIn);
const longMs = 180_000;

let index: PackageIndex;
beforeEach(async () => {
  index = await startPackageIndex();
  withEnvironment({
    PIP_CONFIG_FILE: '/dev/null',
    PIP_INDEX_URL: index.pythonUrl,
    PIP_EXTRA_INDEX_URL: '',
    PIP_FIND_LINKS: '',
    npm_config_registry: index.npmUrl,
    [`npm_config_//127.0.0.1:${index.port}/:_authToken`]: index.password,
    npm_config_userconfig: '/nowhere/npmrc',
    HTTPS_PROXY: '',
    https_proxy: '',
  });
});

/** A machine with its own index, and jobs one after the other. */
async function machine(config: { sourceBuilds?: boolean; cacheBytes?: number } = {}) {
  const hub = await testHub();
  const dataFolder = await temporaryFolder();
  const agent = await testAgent({ dataFolder, hub: hub.url, slots: 1, ...config });
  await hub.waitFor('holding', ({ reports }) => reports.find(({ type }) => type === 'holding'));
  return {
    hub,
    dataFolder,
    async run(app: Parameters<typeof runOrder>[1]) {
      const order = runOrder(hub, app);
      await hub.order(agent.nodeId, order);
      const end = await ending(hub, order.attemptId, longMs);
      return { order, end, failure: end.type === 'failed' ? end.failure : undefined };
    },
  };
}

/** A listener on this machine that nothing should come to. */
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

const withFiles = (app: ReturnType<typeof python>, files: Record<string, string | Buffer>) => ({
  ...app,
  files: { ...app.files, ...files },
});

hostile(
  "an app's packages are installed before its table comes, by the machine's own index, whose password nothing of the app sees",
  async () => {
    index.addFile(
      'outer',
      writeWheel('outer', 'from inner import n', { metadata: 'Requires-Dist: inner>=1\n' }),
    );
    index.addFile('inner', writeWheel('inner', 'n = 7'));
    const { hub, dataFolder, run } = await machine();
    const fetched: number[] = [];
    index.onRequest = () => void fetched.push(hub.files.requests.length);
    const app = withFiles(
      python(`import outer, sys, glob, os
print('has', outer.n)
place = os.path.dirname(outer.__file__)
for path in [outer.__file__, place + '/left-by-a-job.py', sys.prefix + '/bin/python-left']:
    try: open(path, 'w').write('poison'); print('WROTE', path)
    except OSError as e: print('refused', e.errno)
seen = [p for p in glob.glob(sys.prefix + '/**', recursive=True) if os.path.isfile(p)]
print('password', sum('${index.password}'.encode() in open(p, 'rb').read() for p in seen))
${goodPython}`),
      {
        'requirements.txt': 'outer\n',
        // What an app says of pip itself is not listened to.
        'pip.conf': '[global]\nindex-url = http://127.0.0.1:9/simple\n',
        '.config/pip/pip.conf': '[global]\nindex-url = http://127.0.0.1:9/simple\n',
      },
    );
    const first = await run(app);
    expect(first.failure).toBeUndefined();
    // One file of the hub's had come by then: the app itself.
    expect(new Set(fetched)).toEqual(new Set([1]));
    expect(index.requests.filter((path) => path.endsWith('refused'))).toEqual([]);
    const log = logText(hub);
    expect(log).toContain('has 7');
    expect(log).toContain('password 0');
    expect(log).not.toContain('WROTE');
    expect(log).not.toContain(index.password);

    const before = index.requests.length;
    const second = await run(app);
    expect(second.end).toMatchObject({ type: 'succeeded', facts: { warm: true } });
    expect(index.requests.length).toBe(before);
    // Another bundle that asks for the same gets its own.
    const other = await run(
      withFiles(python(`import outer\n${goodPython}`), { 'requirements.txt': 'outer\n' }),
    );
    expect(other.end).toMatchObject({ type: 'succeeded', facts: { warm: false } });
    const environments = (await readdir(join(dataFolder, 'cache'))).filter((name) =>
      name.startsWith('venv-'),
    );
    expect(environments).toHaveLength(2);
    expect(await readdir(join(dataFolder, 'trash'))).toEqual([]);
  },
  longMs,
);

hostile(
  'a package that comes as source only is refused by name, with the setting that would allow it',
  async () => {
    index.addFile('sourceful', writeSource('sourceful', 'raise SystemExit("RAN")'));
    const { hub, run } = await machine();
    const { failure } = await run(withFiles(python(goodPython), { 'requirements.txt': 'sourceful\n' }));
    expect(failure?.code).toBe('requirements-failed');
    expect(failure?.message).toContain('sourceful in requirements.txt comes as source only');
    expect(failure?.message).toContain('--allow-source-builds');
    expect(logText(hub)).not.toContain('RAN');
    // The table never came.
    expect(hub.files.requests).toEqual(['GET 200']);
  },
  longMs,
);

/** Looks for everything that an insider looked for, and puts what it found into the wheel it makes. */
const hostileBackend = (facts: { password: string; port: number; dataFolder: string }) => `
import os, socket, subprocess, zipfile
def tries():
    yield 'environment ' + str(any('${facts.password}' in v for v in os.environ.values()))
    for path in ['${facts.dataFolder}/identity.json', '${facts.dataFolder}/hub.json', '${facts.dataFolder}/cache/parts', '/etc/shadow', '/root/.netrc']:
        try:
            os.listdir(path) if os.path.isdir(path) else open(path).read()
            yield 'REACHED ' + path
        except OSError: yield 'refused'
    for name in ['table', 'input', 'table.csv']:
        yield 'tables ' + str(sum(name in files for top in ['/tmp', '/var', '${facts.dataFolder}', os.getcwd()] for _, _, files in os.walk(top)))
    for host, port in [('127.0.0.1', ${facts.port}), ('10.0.0.1', 80), ('example.org', 443)]:
        try: socket.create_connection((host, port), 2); yield 'REACHED ' + host
        except OSError: yield 'refused'
    processes = []
    try:
        for _ in range(400): processes.append(subprocess.Popen(['sleep', '60']))
        yield 'REACHED processes'
    except OSError: yield 'refused'
    for p in processes: p.kill(); p.wait()
    subprocess.Popen(['/bin/sh', '-c', 'sleep 600; echo meshdeck-backend-stays'], start_new_session=True, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for path in ['/usr/left-by-a-backend', '${facts.dataFolder}/left-by-a-backend', '/var/tmp/left-by-a-backend']:
        try: open(path, 'w').write('x'); yield 'REACHED ' + path
        except OSError: yield 'refused'
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = 'hostile-1.0-py3-none-any.whl'
    with zipfile.ZipFile(os.path.join(folder, name), 'w') as wheel:
        wheel.writestr('hostile.py', 'found = ' + repr(list(tries())))
        wheel.writestr('hostile-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: hostile\\nVersion: 1.0\\n')
        wheel.writestr('hostile-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        wheel.writestr('hostile-1.0.dist-info/RECORD', '')
    return name
`;

hostile(
  'a hostile build backend, where source is allowed, reaches no network, table, password or file of the machine, and stays within limits',
  async () => {
    const door = await listener();
    const { hub, dataFolder, run } = await machine({ sourceBuilds: true });
    // Somebody else's table is on this machine already.
    expect((await run(python(goodPython, { input: 'id,value\n1,99\n' }))).failure).toBeUndefined();
    index.addFile(
      'hostile',
      writeSource('hostile', hostileBackend({ password: index.password, port: door.port, dataFolder })),
    );
    const { failure } = await run(
      withFiles(python(`import hostile\nfor line in hostile.found: print('found', line)\n${goodPython}`), {
        'requirements.txt': 'hostile\n',
      }),
    );
    expect(failure).toBeUndefined();
    const log = logText(hub);
    expect(log).toContain('found environment False');
    expect(log.match(/found tables 0/g)).toHaveLength(3);
    expect(log).not.toContain('REACHED');
    expect(log.match(/found refused/g)).toHaveLength(12);
    expect(door.visitors()).toBe(0);
    for (const place of ['/usr', '/var/tmp', dataFolder])
      expect(existsSync(join(place, 'left-by-a-backend'))).toBe(false);
    const lines = await Promise.all(
      listPids().map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    expect(lines.filter((line) => line.includes('meshdeck-backend-stays'))).toEqual([]);
  },
  longMs,
);

hostile(
  'a hostile wheel leads nowhere, writes nowhere else, and takes no more of the disk than there is for packages',
  async () => {
    const door = await listener();
    const { hub, dataFolder, run } = await machine({ cacheBytes: 60 * 1024 ** 2 });
    const wheels = {
      sideways: writeWheel('sideways', '', {
        metadata: `Requires-Dist: elsewhere @ http://127.0.0.1:${door.port}/elsewhere-1.0.tar.gz\n`,
      }),
      upwards: writeWheel('upwards', '', { files: { '../../../../../../left-by-a-wheel.py': 'x' } }),
      huge: writeWheel('huge', '', { files: { 'huge.bin': Buffer.alloc(80 * 1024 ** 2) } }),
    };
    for (const [name, { filename, content }] of Object.entries(wheels)) {
      const { failure } = await run(
        withFiles(python(goodPython), { 'requirements.txt': `./${filename}\n`, [filename]: content }),
      );
      expect([name, failure?.code]).toEqual([name, 'requirements-failed']);
      if (name === 'huge')
        expect(failure?.message).toContain('more of the disk than this machine has for them');
    }
    expect(door.visitors()).toBe(0);
    expect(existsSync('/left-by-a-wheel.py')).toBe(false);
    expect((await readdir(join(dataFolder, 'cache'))).filter((name) => name.startsWith('venv-'))).toEqual([]);
    expect(logText(hub)).not.toContain(index.password);
  },
  longMs,
);

/** Node that says what it has, and what it could write to. */
const usesPackages = `import { writeFileSync, existsSync } from 'node:fs';
import { n } from 'outer';
console.log('has', n, 'ran', existsSync('node_modules/outer/ran'));
writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'p\\n1\\n2\\n3\\n');`;

hostile(
  "a Node app's packages come by the machine's own registry, and no script of theirs is run",
  async () => {
    const scripts = {
      preinstall: 'echo RAN > ran',
      install: 'echo RAN > ran',
      postinstall: 'echo RAN > ran',
      prepare: 'echo RAN > ran',
    };
    const module = { type: 'module', exports: './index.js' };
    index.addNodePackage('inner', { 'index.js': 'export const n = 7;' }, module);
    index.addNodePackage(
      'outer',
      { 'index.js': "export { n } from 'inner';" },
      { ...module, scripts, dependencies: { inner: '^1.0.0' } },
    );
    const { hub, run } = await machine();
    const fetched: number[] = [];
    index.onRequest = () => void fetched.push(hub.files.requests.length);
    const files = {
      'package.json': JSON.stringify({
        scripts: { preinstall: 'echo RAN' },
        dependencies: { outer: '1.0.0' },
        devDependencies: { tool: 'file:../../../etc' },
      }),
      '.npmrc': 'registry=http://127.0.0.1:9/\nignore-scripts=false\n',
    };
    const first = await run(node(usesPackages, { files }));
    expect(first.failure).toBeUndefined();
    expect(new Set(fetched)).toEqual(new Set([1]));
    expect(logText(hub)).toContain('has 7 ran false');
    expect(logText(hub)).not.toContain('RAN');
    expect(index.requests.filter((path) => path.endsWith('refused'))).toEqual([]);
    expect(logText(hub)).not.toContain(index.password);
  },
  longMs,
);

hostile(
  'packages of a lock are fetched by the machine’s registry and checked, wherever the lock says they are',
  async () => {
    const door = await listener();
    index.addNodePackage(
      'outer',
      { 'index.js': 'export const n = 7;' },
      { type: 'module', exports: './index.js' },
    );
    const { hub, run } = await machine();
    const lock = (resolved: string, integrity?: string) =>
      JSON.stringify({
        name: 'x',
        lockfileVersion: 3,
        packages: {
          '': { dependencies: { outer: '1.0.0' } },
          'node_modules/outer': {
            version: '1.0.0',
            resolved,
            ...(integrity === undefined ? {} : { integrity }),
          },
        },
      });
    const app = (text: string) =>
      node(usesPackages, {
        files: { 'package.json': '{"dependencies": {"outer": "1.0.0"}}', 'package-lock.json': text },
      });
    const good = await run(app(lock(`${index.npmUrl.replace('/npm/', '/tarballs/')}outer/outer-1.0.0.tgz`)));
    expect(good.failure).toBeUndefined();
    expect(logText(hub)).toContain('has 7');
    const evil = await run(app(lock(`http://127.0.0.1:${door.port}/outer-1.0.0.tgz`)));
    expect(evil.failure?.code).toBe('requirements-failed');
    expect(door.visitors()).toBe(0);
    const false512 = `sha512-${Buffer.alloc(64).toString('base64')}`;
    const wrong = await run(app(lock(`https://registry.npmjs.org/outer/-/outer-1.0.0.tgz`, false512)));
    expect(wrong.failure?.code).toBe('requirements-failed');
    expect(logText(hub)).not.toContain(index.password);
  },
  longMs,
);

hostile.each([
  [
    'a repository',
    { r: 'git+https://github.com/a/b.git#main' },
    '"https://codeload.github.com/a/b/tar.gz/main"',
  ],
  ['a repository in short', { r: 'a/b' }, '"https://codeload.github.com/a/b/tar.gz/HEAD"'],
  ['a repository over ssh', { r: 'git@github.com:a/b.git' }, 'no machine checks out code'],
  ['a folder of the machine', { r: 'file:../../../../etc' }, 'lies in a folder'],
  ['a folder by a link', { r: 'link:/root' }, 'lies in a folder'],
  ['an archive without a certificate', { r: 'http://evil.example/r.tgz' }, 'Use https://'],
])('a Node app that depends on %s is refused before npm sees it', async (_what, dependencies, expected) => {
  const { run } = await machine();
  const { failure } = await run(
    node(usesPackages, { files: { 'package.json': JSON.stringify({ dependencies }) } }),
  );
  expect(failure?.code).toBe('app-invalid');
  expect(failure?.message).toContain('The dependency "r" in package.json');
  expect(failure?.message).toContain(expected);
});
