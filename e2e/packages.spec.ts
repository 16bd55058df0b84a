import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JobView, NodeView } from '@meshdeck/shared';
import { expect, test } from 'playwright/test';
import { npmCommand } from '../scripts/build/npm-command.mjs';
import { root } from '../scripts/build/paths.mjs';
import { freePortFlags, until } from '@meshdeck/testing/mesh';
import { startProgram, type Program } from '@meshdeck/testing/programs';

const run = promisify(execFile);
const { command: npm, args: npmArgs } = npmCommand();
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED/;

let folder: string;
/** Why nothing could be installed, where that is no fault of the packages. */
let offline: string | null = null;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(300_000);
  folder = await mkdtemp(join(tmpdir(), 'meshdeck-packages-'));
  const { stdout } = await run(process.execPath, [join(root, 'scripts/pack.mjs'), '--into', folder]);
  const files = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { file: string }).file);
  expect(files).toHaveLength(2);
  await mkdir(join(folder, 'empty'));
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...files];
  try {
    await run(npm, [...npmArgs, ...install], { cwd: join(folder, 'empty') });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? '';
    if (process.env['CI'] === 'true' || !unreachable.test(said)) throw error;
    offline = said.slice(0, 500);
  }
});

test.afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

test.beforeEach(() => test.skip(offline !== null, `needs the npm registry: ${offline ?? ''}`));

const installed = (path: string) => join(folder, 'empty/node_modules', path);
const hubScript = () => installed('meshdeck/broker/bin/meshdeck.mjs');

/** `meshdeck ...` of the installed package, beside the hub whose data folder that is. */
async function meshdeck(dataDir: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [hubScript(), ...args, '--data', dataDir], { cwd: folder });
  return stdout.trim();
}

test('ask npm for what is not bundled and for nothing else', async () => {
  const dependencies = async (name: string) => {
    const manifest = await readFile(installed(`${name}/package.json`), 'utf8');
    return (JSON.parse(manifest) as { dependencies: Record<string, string> }).dependencies;
  };
  const ofHub = await dependencies('meshdeck');
  const ofAgent = await dependencies('meshdeck-node');
  expect(Object.keys(ofHub).sort()).toEqual(['@duckdb/node-api', '@node-rs/argon2', 'onnxruntime-node']);
  expect(Object.keys(ofAgent).sort()).toEqual(['onnxruntime-node', 'systeminformation']);
  for (const version of Object.values({ ...ofHub, ...ofAgent })) expect(version).toMatch(/^\d+\.\d+\.\d+/);
});

test('say their version by the commands that npm makes', async () => {
  test.skip(process.platform === 'win32', 'there npm makes a shell script of each');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  for (const name of ['meshdeck', 'meshdeck-node']) {
    expect((await run(installed(`.bin/${name}`), ['--version'], { cwd: folder })).stdout.trim()).toBe(
      version,
    );
  }
});

test('a hub with its pages, samples and agent to hand out; an agent that joins it and runs a model', async () => {
  const dataDir = join(folder, 'hub');
  const started: Program[] = [];
  const start = (name: string, args: string[]): Program => {
    const program = startProgram({ name, command: process.execPath, args });
    started.push(program);
    return program;
  };
  try {
    const onLoopback = ['--interface', '127.0.0.1', '--no-mdns'];
    const hubFlags = [...freePortFlags, ...onLoopback, '--lan-host', '127.0.0.1'];
    const hub = start('the hub', [hubScript(), 'hub', '--data', dataDir, ...hubFlags]);
    const { url } = (await hub.event('ready')) as unknown as { url: string };

    const page = await (await fetch(url)).text();
    const [, script = ''] = /<script[^>]+src="(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    expect((await fetch(`${url}${script}`)).headers.get('content-type')).toContain('javascript');
    const samples = JSON.parse(await meshdeck(dataDir, 'samples', 'list', '--json')) as { name: string }[];
    expect(samples.map(({ name }) => name)).toContain('digits');
    const { lines } = JSON.parse(await meshdeck(dataDir, 'nodes', 'add', '--json')) as {
      lines: { shell: string };
    };
    expect(lines.shell).toContain('/install.sh');

    const token = await meshdeck(dataDir, 'join-token', 'create');
    const agentScript = installed('meshdeck-node/mesh-node/bin/meshdeck-node.mjs');
    const agentData = join(folder, 'agent');
    const agentFlags = ['--data', agentData, ...onLoopback, '--join', token, '--benchmark-seconds', '1'];
    await start('the agent', [agentScript, ...agentFlags]).event('joined');
    await until(
      async () => JSON.parse(await meshdeck(dataDir, 'nodes', 'list', '--json')) as NodeView[],
      (nodes) => nodes.some(({ presence }) => presence === 'active'),
      { what: 'the machine to be there' },
    );

    const digits = installed('meshdeck/sample-apps/digits');
    const out = join(folder, 'predictions.csv');
    const input = ['--input', join(digits, 'digits-holdout.csv'), '--out', out];
    await meshdeck(dataDir, 'run', digits, ...input);
    const labels = async (file: string) => {
      const [head = [], ...rows] = (await readFile(file, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split(','));
      return rows.map((row) => ['id', 'prediction'].map((name) => row[head.indexOf(name)]));
    };
    expect(await labels(out)).toEqual(await labels(join(digits, 'digits-expected.csv')));
    const [job] = JSON.parse(await meshdeck(dataDir, 'jobs', 'list', '--json')) as JobView[];
    expect(job?.state).toBe('succeeded');
  } finally {
    for (const program of started.reverse()) await program.stop();
  }
});
