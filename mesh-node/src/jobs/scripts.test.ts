import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Report } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { listPids, readEnvironment } from '../runners/process/proc.js';
import type { FakeHub } from '../testing/fake-hub.js';
import { goodPython, logText, node, python, runOne } from '../testing/run-app.js';
import { ending, runOrder, temporaryFolder } from '../testing/test-agent.js';

const reportsOf = (hub: FakeHub, type: Report['type']) =>
  hub.reports.filter((report) => report.type === type);

/** Processes that carry an attempt's marker. */
const processesOf = (attemptId: string) =>
  listPids().filter((pid) => readEnvironment(pid).includes(`MESHDECK_ATTEMPT=${attemptId}`));

it('runs a Python app and hands back its predictions, facts, progress and log', async () => {
  const { hub, end, dataFolder } = await runOne(python(goodPython));
  expect(end).toMatchObject({ type: 'succeeded', facts: { rows: 3, columnMap: null } });
  if (end.type !== 'succeeded') return;
  expect(end.facts.runtimeVersion).toMatch(/^Python 3\.\d+/);
  expect(hub.files.stored.get(end.result?.sha256 ?? '')?.toString()).toBe(
    'id,prediction\r\n1,20\r\n2,40\r\n3,60\r\n',
  );
  // Phases that pass in a moment are not told.
  const phases = hub.reports.flatMap((report) => (report.type === 'phase' ? [report.phase] : []));
  expect(
    ['fetching', 'preparing', 'running', 'delivering'].filter((each) => phases.includes(each as never)),
  ).toEqual(phases);
  expect(reportsOf(hub, 'progress')).toMatchObject([{ fraction: 0.5 }]);
  expect(logText(hub)).toBe('hello from table.csv');
  await expect.poll(() => readdir(join(dataFolder, 'attempts'))).toEqual([]);
});

it('runs a Node app with its bundled modules', async () => {
  const { hub, end } = await runOne(
    node(
      `import { double } from 'doubler'; import { readFileSync, writeFileSync } from 'node:fs';
       const [, ...rows] = readFileSync(process.env.MESHDECK_INPUT, 'utf8').trim().split('\\n');
       writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'p\\n' + rows.map((r) => double(r.split(',')[1])).join('\\n'));`,
      {
        files: {
          'package.json': '{"dependencies": {"doubler": "1.0.0"}}',
          'node_modules/doubler/package.json':
            '{"name": "doubler", "type": "module", "exports": "./index.js"}',
          'node_modules/doubler/index.js': 'export const double = (n) => n * 2;',
        },
      },
    ),
  );
  expect(end).toMatchObject({ type: 'succeeded', facts: { rows: 3 } });
  if (end.type === 'succeeded')
    expect(hub.files.stored.get(end.result?.sha256 ?? '')?.toString()).toBe('p\n20\n40\n60');
});

it('gives an app a scrubbed environment and nothing on stdin', async () => {
  process.env['SECRET_OF_THE_AGENT'] = 'do not tell';
  const { hub, end } = await runOne(
    python(`${goodPython}
import sys
for key in sorted(os.environ): print('env', key)
print('stdin', repr(sys.stdin.read()))`),
  );
  delete process.env['SECRET_OF_THE_AGENT'];
  expect(end.type).toBe('succeeded');
  const names = [...logText(hub).matchAll(/^env (\w+)$/gm)].map(([, name]) => name ?? '');
  expect(names).toContain('MESHDECK_OUTPUT');
  // Python adds LC_CTYPE itself, bubblewrap PWD.
  expect(
    names.filter((name) => !/^(HOME|LANG|LC_CTYPE|LOGNAME|MESHDECK_\w+|PATH|PWD|TMPDIR|USER)$/.test(name)),
    // An ONNX Runtime that the app brought reports to nobody, either.
  ).toEqual(['ORT_DISABLE_TELEMETRY']);
  expect(logText(hub)).toContain("stdin ''");
});

it('says how a script crashed and what it said last', async () => {
  const { failure } = await runOne(
    python('import sys\nprint("almost", file=sys.stderr)\nraise ValueError("bad table")'),
  );
  expect(failure?.code).toBe('app-crashed');
  expect(failure?.message).toContain('exit code 1');
  expect(failure?.detail).toContain('ValueError: bad table');
});

it('names the signal that ended a script', async () => {
  const { failure } = await runOne(python('import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)'));
  expect(failure).toMatchObject({
    code: 'app-crashed',
    message: expect.stringContaining('SIGSEGV') as string,
  });
});

it('stops a script that hangs when its time is up', async () => {
  const { failure, order } = await runOne(
    python('import time\nwhile True: time.sleep(60)', { limits: { timeSeconds: 1 } }),
  );
  expect(failure?.code).toBe('app-timeout');
  expect(processesOf(order.attemptId)).toEqual([]);
});

it('outlasts a hundred thousand lines, keeping the first and the last and counting the rest', async () => {
  const before = process.memoryUsage().rss;
  const { hub, failure } = await runOne(
    python('for n in range(300_000): print(n, "x" * 200)\nraise ValueError("the end")'),
  );
  expect(failure).toMatchObject({
    code: 'app-crashed',
    detail: expect.stringContaining('ValueError: the end') as string,
  });
  const printed = hub.logs.flatMap(({ lines }) => lines).filter(({ stream }) => stream === 'stdout');
  const dropped = hub.logs.reduce((sum, message) => sum + message.dropped, 0);
  expect(dropped).toBeGreaterThan(100_000);
  expect(printed.length + dropped).toBe(300_000);
  expect(logText(hub)).toContain(`299999 ${'x'.repeat(200)}`);
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 ** 2);
});

it('names a module that is missing, and a network that is not there, however long ago it was said', async () => {
  const noise = 'for n in range(20_000): print("noise", n, file=sys.stderr)\nsys.exit(3)';
  const module = await runOne(
    python(
      `import sys\ntry:\n    import not_there\nexcept ImportError as e: print(repr(e), file=sys.stderr)\n${noise}`,
    ),
  );
  expect(module.failure?.message).toContain('no module "not_there"');
  const network = await runOne(
    python(`import sys\nprint("socket.gaierror: [Errno -3] Temporary failure in name resolution")\n${noise}`),
  );
  expect(network.failure?.message).toContain('needs.network');
});

it('cuts a line that never ends', async () => {
  const { hub, failure } = await runOne(
    python('import sys\nwhile True: sys.stdout.write("y" * 65536)', { limits: { timeSeconds: 1 } }),
  );
  expect(failure?.code).toBe('app-timeout');
  for (const { lines } of hub.logs)
    for (const { text } of lines) expect(text.length).toBeLessThanOrEqual(4096);
});

it.skipIf(process.platform !== 'linux')('leaves nothing of a script that forks and stays', async () => {
  // Forks twice into a session of its own, once with and once without its environment.
  const daemon = `
import os, sys, time, subprocess
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(1); os.close(2)
        time.sleep(600)
    os._exit(0)
subprocess.Popen(['sleep', '601'], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(0.6)
`;
  const { end, order } = await runOne(python(`${daemon}\n${goodPython}`));
  expect(end.type).toBe('succeeded');
  expect(processesOf(order.attemptId)).toEqual([]);
});

it('says so when a script writes no predictions', async () => {
  const { failure } = await runOne(python('print("done")'));
  expect(failure?.code).toBe('app-no-output');
  expect(failure?.message).toContain('predictions.csv');
});

it.each([
  ['in the working folder', `open('predictions.csv', 'w').write('a\\n1\\n')`, 'working folder'],
  ['in another case', `open(out + '/Predictions.CSV', 'w').write('a\\n1\\n')`, 'small letters'],
  [
    'gzipped beside',
    `import gzip; gzip.open(out + '/predictions.csv.gz', 'wt').write('a\\n1\\n')`,
    'compression',
  ],
  [
    'gzipped by its own name',
    `import gzip; gzip.open(out + '/predictions.csv', 'wt').write('a\\n1\\n')`,
    'gzip',
  ],
  ['empty', `open(out + '/predictions.csv', 'w').close()`, 'is empty'],
  ['a folder', `os.mkdir(out + '/predictions.csv')`, 'folder named'],
  ['random bytes', `open(out + '/predictions.csv', 'wb').write(bytes(range(256)) * 20)`, 'not text'],
  ['among other files', `open(out + '/report.txt', 'w').write('x')`, '"outputs"'],
])('names what is wrong with predictions.csv: %s', async (_what, code, words) => {
  const { failure } = await runOne(python(`import os\nout = os.environ['MESHDECK_OUTPUT']\n${code}`));
  expect(failure?.code).toBe('app-no-output');
  expect(failure?.message).toContain(words);
});

it('takes no link for predictions', async () => {
  const { failure } = await runOne(
    python(
      'import os\nos.symlink("/etc/passwd", os.path.join(os.environ["MESHDECK_OUTPUT"], "predictions.csv"))',
    ),
  );
  expect(failure?.code).toBe('app-no-output');
});

it('stops a script that fills the disk', async () => {
  const { failure, dataFolder } = await runOne(
    python(
      `import os, time
f = open(os.path.join(os.environ['TMPDIR'], 'big'), 'wb')
while True:
    f.write(b'z' * 1000000); f.flush(); time.sleep(0.01)`,
      { limits: { outputBytes: 5_000_000 } },
    ),
  );
  expect(failure?.code).toBe('app-output-limit');
  await expect.poll(() => readdir(join(dataFolder, 'attempts'))).toEqual([]);
});

it.skipIf(process.platform !== 'linux')(
  'stops a script whose children together take too much memory',
  async () => {
    const { failure } = await runOne(
      python(
        `import os, time
for _ in range(3):
    if os.fork() == 0:
        block = bytearray(60_000_000)
        for i in range(0, len(block), 4096): block[i] = 1
        time.sleep(600)
time.sleep(600)`,
        { limits: { memoryBytes: 128 * 1024 ** 2 } },
      ),
    );
    expect(failure?.code).toBe('app-memory-limit');
  },
);

it('says that a machine has no Python', async () => {
  const before = process.env['MESHDECK_PYTHON'];
  process.env['MESHDECK_PYTHON'] = '/nowhere/python3';
  try {
    const { failure } = await runOne(python(goodPython));
    expect(failure).toMatchObject({
      code: 'runtime-missing',
      message: expect.stringContaining('no Python') as string,
    });
  } finally {
    if (before === undefined) delete process.env['MESHDECK_PYTHON'];
    else process.env['MESHDECK_PYTHON'] = before;
  }
});

/** A wheel is a zip archive; Python makes one. */
async function tinyWheel(): Promise<Buffer> {
  const folder = await temporaryFolder();
  const path = join(folder, 'tiny-1.0-py3-none-any.whl');
  const code = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('tiny.py', 'def triple(n): return n * 3')
    wheel.writestr('tiny-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n')
    wheel.writestr('tiny-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('tiny-1.0.dist-info/RECORD', '')`;
  await promisify(execFile)('python3', ['-c', code, path]);
  return readFile(path);
}

it('installs requirements once for a bundle, in an environment of its own', async () => {
  const app = python(
    `from tiny import triple\n${goodPython.replace("int(row['value']) * 2", "triple(int(row['value']))")}`,
    {
      files: {
        'requirements.txt': './tiny-1.0-py3-none-any.whl\n',
        'tiny-1.0-py3-none-any.whl': await tinyWheel(),
      },
    },
  );
  const { hub, agent, end } = await runOne(app);
  expect(end).toMatchObject({ type: 'succeeded', facts: { rows: 3 } });
  const again = runOrder(hub, app);
  await hub.order(agent.nodeId, again);
  const second = await ending(hub, again.attemptId);
  expect(second).toMatchObject({ type: 'succeeded' });
  if (end.type !== 'succeeded' || second.type !== 'succeeded') return;
  expect(hub.files.stored.get(end.result?.sha256 ?? '')?.toString()).toContain('1,30');
  expect(second.facts.prepareMs).toBeLessThan(end.facts.prepareMs / 2);
}, 60_000);

it('says which requirement could not be installed', async () => {
  const { failure } = await runOne(
    python(goodPython, { files: { 'requirements.txt': './no-such-package-1.0-py3-none-any.whl\n' } }),
  );
  expect(failure?.code).toBe('app-invalid');
  expect(failure?.message).toContain('Line 1 of requirements.txt names');
  expect(failure?.message).toContain('no-such-package-1.0-py3-none-any.whl');
}, 60_000);
