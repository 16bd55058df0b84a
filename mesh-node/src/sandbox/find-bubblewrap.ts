import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath, type Environment } from '../inventory/find-on-path.js';
import { runProgram } from '../inventory/run-program.js';
import { bubblewrapArguments, type BubblewrapKind } from './bubblewrap-arguments.js';
import { createJobUsers, findJobUser, jobUserRange } from './job-users.js';
import { setprivArguments } from './setpriv-arguments.js';

/** A bubblewrap that was tried and works. */
export interface Bubblewrap {
  path: string;
  kind: BubblewrapKind;
}

/**
 * Names for whoever runs inside; nobody of this machine is listed. Programs look up who they are (os.userInfo, getpwuid) and
 * take it for a fault to be nobody: every user that jobs may run as is called `job`.
 */
async function writeAccounts(folder: string): Promise<BubblewrapKind['accounts']> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const accounts = { passwd: join(folder, 'passwd'), group: join(folder, 'group') };
  const uid = process.getuid?.() ?? 0;
  const line = (id: number, group: number) => `job:x:${id}:${group}:job:/tmp:/bin/sh\n`;
  const dedicated = uid === 0 ? await findJobUser() : undefined;
  const others = dedicated === undefined ? '' : line(dedicated.uid, dedicated.gid);
  const self =
    uid === 0
      ? others +
        jobUserRange()
          .map((id) => line(id, id))
          .join('')
      : line(uid, process.getgid?.() ?? uid);
  await writeFile(
    accounts.passwd,
    `root:x:0:0:root:/:/bin/sh\n${self}nobody:x:65534:65534:nobody:/:/bin/false\n`,
  );
  await writeFile(accounts.group, 'root:x:0:\nnogroup:x:65534:\n');
  for (const path of Object.values(accounts)) await chmod(path, 0o644);
  return accounts;
}

const lastLine = (error: unknown) => {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return text.trim().split('\n').at(-1) ?? '';
};

/** Looks for bubblewrap and tries it, in the strongest way first: being installed says nothing about being allowed. */
export async function findBubblewrap(options: {
  folder: string;
  setpriv: string | null;
  env: Environment;
}): Promise<{ found: Bubblewrap | null; note?: string }> {
  const { folder, setpriv, env } = options;
  const path = await findOnPath('bwrap', env);
  if (path === null) {
    const note = 'bubblewrap is not installed. Install it (apt install bubblewrap) to shut jobs in.';
    return { found: null, note };
  }
  const accounts = await writeAccounts(folder);
  const temporary = join(folder, 'empty');
  await mkdir(temporary, { recursive: true, mode: 0o755 });
  const help = await runProgram({ file: path, args: ['--help'], timeoutMs: 10_000 }).catch(() => ({
    stdout: '',
  }));
  if (help.stdout !== '' && !help.stdout.includes('--size'))
    return { found: null, note: 'This bubblewrap is too old. Version 0.7 or newer shuts jobs in.' };

  const noNesting = help.stdout.includes('--disable-userns');
  const mayBeAnyone = process.getuid?.() === 0 && setpriv !== null;
  const kinds: BubblewrapKind[] = [
    ...(mayBeAnyone ? [{ asRoot: true, noNesting, accounts }] : []),
    { asRoot: false, noNesting, accounts },
    ...(noNesting ? [{ asRoot: false, noNesting: false, accounts }] : []),
  ];
  let said = '';
  for (const kind of kinds) {
    const view = { reads: [], writes: [], temporary, workFolder: '/', network: 'none' as const, devices: [] };
    const args = bubblewrapArguments({ ...view, sharedMemoryBytes: 1024 ** 2 }, kind);
    const asNobody =
      kind.asRoot && setpriv !== null
        ? [setpriv, ...setprivArguments({ user: createJobUsers().take(), dropRights: true }), '--']
        : [];
    try {
      await runProgram({ file: path, args: [...args, '--', ...asNobody, '/bin/true'], timeoutMs: 20_000 });
      return { found: { path, kind } };
    } catch (error) {
      said = lastLine(error) || said;
    }
  }
  const why = said === '' ? '' : ` It said: ${said.slice(0, 200)}`;
  const note = `bubblewrap is installed but does not work here: the system forbids the namespaces it needs.${why}`;
  return { found: null, note };
}
