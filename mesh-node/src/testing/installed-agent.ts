import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { meshdeckVersion } from '@meshdeck/shared';
import { create } from 'tar';
import { onTestFinished } from 'vitest';
import { lockHolder } from '../storage/folder-lock.js';
import { temporaryFolder } from './test-agent.js';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A machine whose agent lies as a hub's line has put it, with no service manager. */
export interface InstalledAgent {
  home: string;
  prefix: string;
  data: string;
  /** The link to the command. */
  command: string;
  /** `meshdeck-node ...` of that release, as the line runs it. */
  run: (args: readonly string[], env?: Record<string, string>) => Promise<Ended>;
  /** The command as it is installed. */
  type: (...args: string[]) => Promise<Ended>;
}

function execute(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, [...args], { env, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 255,
        stdout,
        stderr,
      }),
    );
  });
}

/** `program` is the built agent's `cli.js`. */
export async function installedAgent(program: string): Promise<InstalledAgent> {
  const home = await temporaryFolder();
  const prefix = join(home, 'share/meshdeck-node');
  const data = join(home, 'files/node');
  const bin = join(home, 'bin');
  const release = join(prefix, `${meshdeckVersion}-${'0'.repeat(12)}`);
  await mkdir(bin);
  for (const name of ['systemctl', 'loginctl', 'launchctl'])
    await writeFile(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await cp(dirname(program), release, { recursive: true });
  await writeFile(join(release, 'package.json'), '{"type":"module"}');
  await writeFile(join(prefix, 'installing'), `${join(home, 'share')}\n`);
  const env = {
    ...{ HOME: home, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    ...{ MESHDECK_BIN: bin, MESHDECK_LOG_LEVEL: 'warn' },
  };
  onTestFinished(async () => {
    const pid = await lockHolder(data);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  });
  const command = join(bin, 'meshdeck-node');
  return {
    ...{ home, prefix, data, command },
    run: (args, more = {}) =>
      execute(process.execPath, [join(release, 'cli.js'), ...args], { ...env, ...more }),
    type: (...args) => execute(command, args, env),
  };
}

/** An archive as a hub hands it out: the built agent and these files, in its place or beside it. */
export async function agentArchive(
  program: string,
  files: Record<string, string>,
): Promise<{ sha256: string; archive: Buffer }> {
  const folder = await temporaryFolder();
  const inside = await mkdtemp(join(folder, 'agent-'));
  await cp(dirname(program), inside, { recursive: true });
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files }))
    await writeFile(join(inside, name), text);
  const file = join(folder, 'agent.tar.gz');
  await create({ file, cwd: inside, gzip: true, portable: true }, ['.']);
  const archive = await readFile(file);
  await rm(file);
  return { archive, sha256: createHash('sha256').update(archive).digest('hex') };
}
