import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '@meshdeck/shared';
import { callHub, hubScript, privateHubFlags, startAgent, startHub } from '@meshdeck/testing/mesh';
import { startProgram } from '@meshdeck/testing/programs';
import { digits, linesOf, writeFile } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

const table = 'x\n1\n2\n';

test('says in one sentence what is wrong with a model or a table', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const [heading = '', first = '', second = ''] = linesOf(digits.input);
  const without = (line: string, index: number): string => line.split(',').toSpliced(index, 1).join(',');
  const file = (name: string, content: string) => writeFile(folder, name, content);
  const out = join(folder, 'p.csv');

  const cases: [what: string, app: string, input: string, sentence: RegExp][] = [
    ['a model that is none', file('bad.onnx', 'not a model'), file('a.csv', table), /ONNX/],
    [
      'a missing column',
      digits.model,
      file('less.csv', `${without(heading, 5)}\n${without(first, 5)}\n`),
      /column/i,
    ],
    [
      'a ragged row',
      digits.model,
      file('ragged.csv', `${heading}\n${first}\n${without(second, 3)}\n`),
      /line 3/i,
    ],
    [
      'text where a number belongs',
      digits.model,
      file('text.csv', `${heading}\n${first.replace(/^(\d+),[^,]*/, '$1,dark')}\n`),
      /dark|line 2|pixel_0_0/,
    ],
    ['headings alone', digits.model, file('headings.csv', `${heading}\n`), /row|empty/i],
    ['an empty table', digits.model, file('empty.csv', ''), /is empty/],
  ];
  for (const [what, app, input, sentence] of cases) {
    await test.step(what, async () => {
      const run = await cli('run', app, '--input', input, '--out', out);
      expect(run.code, run.stderr).toBe(1);
      expect(run.stderr.split('\n').find((line) => line.startsWith('meshdeck: '))).toMatch(sentence);
    });
  }
  await test.step('and goes on running', async () => {
    expect(await cli('run', digits.model, '--input', digits.input, '--out', out)).toMatchObject({ code: 0 });
  });
  const { jobs } = await callHub<{ jobs: JobView[] }>(hub, '/jobs');
  expect(jobs.filter(({ state }) => state === 'failed').every(({ failure }) => failure !== null)).toBe(true);
});

test('says in one sentence what an app did wrong, and keeps its record', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1');
  const input = writeFile(folder, 'a.csv', table);
  const out = join(folder, 'p.csv');
  const app = (name: string, source: string): string => writeFile(folder, `${name}.mjs`, source);
  const forking = `import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref();`;
  const cases: [code: string, app: string, flags: string[]][] = [
    ['app-crashed', app('crash', 'throw new Error("no such measurement");'), []],
    ['app-timeout', app('hang', 'setInterval(() => {}, 1000);'), ['--timeout', '2']],
    ['app-timeout', app('print', 'for (;;) console.log("again and again");'), ['--timeout', '3']],
    ['app-no-output', app('silent', 'console.log("done");'), []],
    ['app-no-output', app('fork', forking), []],
  ];
  for (const [code, path, flags] of cases) {
    await test.step(`${path} ends as ${code}`, async () => {
      const run = await cli('run', path, '--input', input, '--out', out, '--attempts', '1', ...flags);
      expect(run.code, run.stderr).toBe(1);
      expect(run.stderr).toMatch(/^meshdeck: [A-Z].*\.$/m);
      const { jobs } = await callHub<{ jobs: JobView[] }>(hub, '/jobs?limit=1');
      expect(jobs[0]).toMatchObject({ state: 'failed', failure: { code } });
    });
  }
  expect((await cli('jobs', 'list')).stdout.match(/failed/g)).toHaveLength(cases.length);
});

test('refuses archives that reach out of their folder', async ({ folder, cli }) => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  writeFile(inner, 'app.mjs', '');
  const archive = join(folder, 'evil.tar.gz');
  execFileSync('tar', ['-czPf', archive, '--transform', 's,app.mjs,../app.mjs,', '-C', inner, 'app.mjs']);
  const push = await cli('apps', 'push', archive);
  expect(push.code).toBe(1);
  expect(push.stderr).toMatch(/^meshdeck: .*\.\.\/app\.mjs/);
  expect((await cli('apps', 'list')).stdout).toContain('No apps yet');
});

test('refuses tokens that are wrong or used up', async ({ folder, cli, joinMachines, startMachine }) => {
  await joinMachines('bench-1');
  const used = (await cli('join-token', 'create')).stdout.trim();
  await startMachine('bench-2', ['--join', used]).event('joined');
  const late = startMachine('late', ['--join', used]);
  expect(await late.exited).toMatchObject({ code: 1 });
  expect(late.output()).toMatch(/token/i);
  const wrong = startAgent({
    dataDir: join(folder, 'wrong'),
    flags: ['--interface', '127.0.0.1', '--join', 'mdj1_x'],
  });
  expect((await wrong.exited).code).not.toBe(0);
  expect(wrong.output()).toContain('This is not a join token');
});

test('says when a hub cannot have its port or its data folder', async ({ folder, hub }) => {
  const start = (dataDir: string, ...flags: string[]) =>
    startProgram({
      name: 'another hub',
      command: process.execPath,
      args: [hubScript, 'hub', '--data', dataDir, ...privateHubFlags, ...flags],
    });
  const port = new URL(hub.ready.url).port;
  const cases: [program: ReturnType<typeof start>, sentence: RegExp][] = [
    [start(join(folder, 'second'), '--port', port), new RegExp(`^meshdeck: .*${port}`, 'm')],
    [start(hub.dataDir), /^meshdeck: .*(running|in use|another hub)/im],
    [start(join(writeFile(folder, 'file', ''), 'hub')), /^meshdeck: .*(folder|written|writable)/im],
  ];
  for (const [program, sentence] of cases) {
    expect((await program.exited).code).toBe(1);
    expect(program.output()).toMatch(sentence);
  }
});

test('takes a free port where a default one is taken', async ({ folder, hub }) => {
  const taken = new URL(hub.ready.url).port;
  expect(Number(taken)).toBeGreaterThan(0);
  const flags = privateHubFlags.slice(2);
  const one = await startHub({ dataDir: join(folder, 'one'), flags });
  try {
    const two = await startHub({ dataDir: join(folder, 'two'), flags });
    try {
      expect(two.ready.url).not.toBe(one.ready.url);
    } finally {
      await two.stop();
    }
  } finally {
    await one.stop();
  }
});
