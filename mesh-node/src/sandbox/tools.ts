import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from '../inventory/find-on-path.js';
import { runProgram } from '../inventory/run-program.js';
import { bubblewrapArguments, type BubblewrapKind } from './bubblewrap-arguments.js';
import { openControlGroups, type ControlGroups } from './control-groups.js';
import { openScopes, type Scopes } from './scopes.js';

/** What this machine has to hold a job with, each tried and found working. */
export interface SandboxTools {
  bubblewrap: { path: string; kind: BubblewrapKind } | null;
  setpriv: string | null;
  prlimit: string | null;
  groups: ControlGroups | null;
  scopes: Scopes | null;
  /** Why what is missing is missing: sentences for the machine's owner. */
  notes: string[];
}

/** Names are given to whoever runs inside; nobody of this machine is listed. */
async function writeAccounts(folder: string): Promise<BubblewrapKind['accounts']> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const accounts = { passwd: join(folder, 'passwd'), group: join(folder, 'group') };
  const uid = process.getuid?.() ?? 0;
  const self = uid === 0 ? '' : `job:x:${uid}:${process.getgid?.() ?? uid}:job:/tmp:/bin/sh\n`;
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

async function tryBubblewrap(
  folder: string,
  prlimit: string | null,
  setpriv: string | null,
): Promise<{ found: SandboxTools['bubblewrap']; note?: string }> {
  const path = await findOnPath('bwrap');
  if (path === null)
    return {
      found: null,
      note: 'bubblewrap is not installed. Install it (apt install bubblewrap) to shut jobs in.',
    };
  const accounts = await writeAccounts(folder);
  const help = await runProgram({ file: path, args: ['--help'], timeoutMs: 2000 }).catch(() => ({
    stdout: '',
  }));
  if (!help.stdout.includes('--size'))
    return { found: null, note: 'This bubblewrap is too old. Version 0.7 or newer shuts jobs in.' };
  const temporary = join(folder, 'empty');
  await mkdir(temporary, { recursive: true, mode: 0o755 });
  const noNesting = help.stdout.includes('--disable-userns');
  const asRoot = process.getuid?.() === 0 && setpriv !== null;
  const kinds: BubblewrapKind[] = [
    ...(asRoot ? [{ asRoot, noNesting, accounts }] : []),
    { asRoot: false, noNesting, accounts },
    { asRoot: false, noNesting: false, accounts },
  ];
  let said = '';
  for (const kind of kinds) {
    const view = { reads: [], writes: [], temporary, workFolder: '/', network: false, devices: [] };
    const args = bubblewrapArguments({ ...view, sharedMemoryBytes: 1024 ** 2 }, kind);
    const inside = prlimit === null ? ['/bin/true'] : [prlimit, '--core=0', '/bin/true'];
    try {
      await runProgram({ file: path, args: [...args, '--', ...inside], timeoutMs: 5000 });
      return { found: { path, kind } };
    } catch (error) {
      said = lastLine(error) || said;
    }
  }
  const why = said === '' ? '' : ` It said: ${said.slice(0, 200)}`;
  return {
    found: null,
    note: `bubblewrap is installed but does not work here: the system forbids the namespaces it needs.${why}`,
  };
}

/** Looks for what this system offers, and tries each once. Nothing of it exists outside Linux. */
export async function findTools(options: {
  folder: string;
  platform?: NodeJS.Platform;
}): Promise<SandboxTools> {
  const { folder, platform = process.platform } = options;
  const tools: SandboxTools = {
    bubblewrap: null,
    setpriv: null,
    prlimit: null,
    groups: null,
    scopes: null,
    notes: [],
  };
  if (platform !== 'linux') {
    tools.notes.push(
      "This system has nothing that Meshdeck can shut jobs in with: they run with all rights of the agent's user.",
    );
    return tools;
  }
  tools.setpriv = await findOnPath('setpriv');
  tools.prlimit = await findOnPath('prlimit');
  if (tools.prlimit === null)
    tools.notes.push('prlimit is not installed (util-linux has it): the kernel holds no job to its limits.');
  const bubblewrap = await tryBubblewrap(folder, tools.prlimit, tools.setpriv);
  tools.bubblewrap = bubblewrap.found;
  if (bubblewrap.note !== undefined) tools.notes.push(bubblewrap.note);
  const reasons: string[] = [];
  const reason = (error: unknown) =>
    void reasons.push(error instanceof Error ? error.message : String(error));
  tools.groups = await openControlGroups().catch((error: unknown) => (reason(error), null));
  if (tools.groups === null)
    tools.scopes = await openScopes(await findOnPath('systemd-run')).catch(
      (error: unknown) => (reason(error), null),
    );
  if (tools.groups === null && tools.scopes === null) tools.notes.push(...reasons);
  return tools;
}
