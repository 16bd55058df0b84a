import { execFile } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCli } from '@meshdeck/testing/mesh';
import { onPath } from '@meshdeck/testing/programs';
import { digits, linesOf } from '@meshdeck/testing/tables';
import { expect, test } from './support/fixtures.js';

test.skip(onPath('curl') === null, 'needs curl: apt-get install curl');
test.skip(process.platform === 'win32', 'needs a POSIX shell');

interface Ended {
  code: number;
  output: string;
}

/** Pastes a line into a shell of a machine that knows nothing of Meshdeck: a home of its own, no systemd. */
function paste(line: string, home: string, env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const own = { HOME: home, PATH: process.env['PATH'] ?? '', MESHDECK_PREFIX: join(home, 'program') };
    // No link where commands of this machine are.
    const data = { MESHDECK_NODE_DATA: join(home, 'data'), MESHDECK_BIN: '' };
    execFile('sh', ['-c', line], { env: { ...own, ...data, ...env } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: `${stdout}${stderr}` });
    });
  });
}

/** A `systemctl` and a `loginctl` that are not there, so that no test makes a service of the machine it runs on. */
async function withoutSystemd(home: string): Promise<Record<string, string>> {
  const bin = join(home, 'bin');
  await mkdir(bin, { recursive: true });
  for (const name of ['systemctl', 'loginctl', 'launchctl']) {
    await writeFile(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
  // The real one behind it; what it was told on its command line is written down.
  const curl = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${join(home, 'curl-lines')}'\nexec '${onPath('curl') ?? ''}' "$@"\n`;
  await writeFile(join(bin, 'curl'), curl, { mode: 0o755 });
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
}

function endAgent(home: string): void {
  const lock = join(home, 'data/lock.json');
  if (!existsSync(lock)) return;
  process.kill((JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }).pid, 'SIGTERM');
}

test('one line installs the agent from the hub alone, checks it, and joins; a job runs there', async ({
  folder,
  cli,
}) => {
  const home = join(folder, 'machine');
  const env = await withoutSystemd(home);
  const added = await cli('nodes', 'add');
  const line = added.stdout.split('\n')[0] ?? '';
  expect(line).toMatch(
    /^printf 'url = "%s"' https:\/\/127\.0\.0\.1:\d+\/join\/\S+\/install\.sh \| curl -sSk --pinnedpubkey 'sha256\/\/.{44}' -K - \| sh$/,
  );
  try {
    const installed = await paste(line, home, env);
    expect(installed.output).toContain('It cannot start by itself here');
    expect(installed, installed.output).toMatchObject({ code: 0 });
    expect(installed.output).toContain('this machine has joined');
    const data = join(home, 'data');
    // The token has done its work and lies nowhere.
    await expect.poll(() => existsSync(join(data, 'settings.json')), { timeout: 30_000 }).toBe(false);
    const token = JSON.stringify(added.stdout).match(/join\/[0-9a-z]{8}\.([\w-]{32})/)?.[1] ?? '-';
    expect(readFileSync(join(data, 'agent.log'), 'utf8')).not.toContain(token);
    // Nor did it stand on a command line, where everybody on the machine could read it.
    const curlLines = readFileSync(join(home, 'curl-lines'), 'utf8');
    expect(curlLines.split('\n').length).toBeGreaterThan(2);
    expect(curlLines).not.toContain(token);

    await expect
      .poll(async () => (await cli('nodes', 'list')).stdout, { timeout: 90_000 })
      .toMatch(/ active .*0\/\d/);
    const out = join(folder, 'p.csv');
    const run = await cli('run', digits.model, '--input', digits.input, '--out', out);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(linesOf(out)).toHaveLength(451);

    const program = realpathSync(join(home, 'program/current/cli.js'));
    expect(dirname(program)).toMatch(/0\.1\.0-[0-9a-f]{12}$/);
    const again = await paste(line, join(folder, 'other'), env);
    expect(again).toMatchObject({ code: 1 });
    expect(again.output).toContain('used up');
  } finally {
    endAgent(home);
  }
});

test('the line does nothing at all where another key answers, and says what Node.js it needs', async ({
  folder,
  cli,
}) => {
  const home = join(folder, 'machine');
  const env = await withoutSystemd(home);
  const line = (await cli('nodes', 'add')).stdout.split('\n')[0] ?? '';
  const wrongKey = line.replace(/sha256\/\/.{44}/, `sha256//${'A'.repeat(43)}=`);
  const refused = await paste(wrongKey, home, env);
  expect(refused.output).toContain('public key does not match');
  expect(existsSync(join(home, 'program'))).toBe(false);

  const old = join(home, 'old-node');
  await writeFile(old, '#!/bin/sh\n[ "$1" = --version ] && { echo v18.0.0; exit 0; }\nexit 1\n', {
    mode: 0o755,
  });
  const tooOld = await paste(line, home, { ...env, MESHDECK_NODE: old });
  expect(tooOld).toMatchObject({ code: 1 });
  expect(tooOld.output).toContain('Node.js 20.19 or newer is needed');
  expect(tooOld.output).toContain('v18.0.0');
  expect(existsSync(join(home, 'program'))).toBe(false);
});

test('a revoked token opens nothing', async ({ folder, hub, cli }) => {
  const home = join(folder, 'machine');
  const env = await withoutSystemd(home);
  const line = (await cli('nodes', 'add')).stdout.split('\n')[0] ?? '';
  const id = /join\/([0-9a-z]{8})\./.exec(line)?.[1] ?? '';
  expect(await runCli(['join-token', 'revoke', id], { env: hub.env })).toMatchObject({ code: 0 });
  const refused = await paste(line, home, env);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.output).toContain('does not know this join token');
});
