import { chmod, lstat, mkdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { shellWord } from './shell-word.js';

/** The command in the agent's own folder; it knows its data folder. */
export const commandFile = (prefix: string): string =>
  join(prefix, 'bin', process.platform === 'win32' ? 'meshdeck-node.cmd' : 'meshdeck-node');

interface CommandFacts {
  prefix: string;
  node: string;
  program: string;
  dataFolder: string;
}

function scriptOf({ node, program, dataFolder }: CommandFacts): string {
  if (process.platform === 'win32')
    return `@echo off\r\nif not defined MESHDECK_NODE_DATA set "MESHDECK_NODE_DATA=${dataFolder}"\r\n"${node}" "${program}" %*\r\n`;
  const gone = `meshdeck-node: Node.js is no longer at ${node}. Install it again, and paste the hub's line once more.`;
  return `#!/bin/sh
MESHDECK_NODE_DATA=\${MESHDECK_NODE_DATA:-${shellWord(dataFolder)}}
export MESHDECK_NODE_DATA
[ -x ${shellWord(node)} ] || { printf '%s\\n' ${shellWord(gone)} >&2; exit 1; }
exec ${shellWord(node)} ${shellWord(program)} "$@"
`;
}

export async function writeCommand(facts: CommandFacts): Promise<string> {
  const file = commandFile(facts.prefix);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, scriptOf(facts));
  await chmod(file, 0o755);
  return file;
}

/** A folder for commands that is there already: MESHDECK_BIN, else `/usr/local/bin` for root and `~/.local/bin` for others. */
async function folderForLinks(env: NodeJS.ProcessEnv): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const isRoot = process.getuid?.() === 0;
  const home = env['HOME'];
  const folder =
    env['MESHDECK_BIN'] ?? (isRoot ? '/usr/local/bin' : home === undefined ? '' : join(home, '.local/bin'));
  if (folder === '') return null;
  const found = await stat(folder).catch(() => null);
  return found?.isDirectory() === true ? folder : null;
}

/** Whether a path is a link to this agent's command. */
export async function isOurLink(link: string, prefix: string): Promise<boolean> {
  return (await readlink(link).catch(() => '')) === commandFile(prefix);
}

/** Links the command into a folder of commands. Null where there is none, or something else has that name. */
export async function linkCommand(prefix: string, env = process.env): Promise<string | null> {
  const folder = await folderForLinks(env);
  if (folder === null) return null;
  const link = join(folder, 'meshdeck-node');
  if (await isOurLink(link, prefix)) return link;
  if ((await lstat(link).catch(() => null)) !== null) return null;
  return symlink(commandFile(prefix), link).then(
    () => link,
    () => null, // not ours to write; the command has its own path
  );
}

export async function unlinkCommand(link: string, prefix: string): Promise<boolean> {
  if (!(await isOurLink(link, prefix))) return false;
  await rm(link);
  return true;
}

/** What to type on this machine to reach the command. */
export function typedCommand(prefix: string, link: string | null, env = process.env): string {
  const isOnPath = link !== null && (env['PATH'] ?? '').split(delimiter).includes(dirname(link));
  return isOnPath ? 'meshdeck-node' : shellWord(link ?? commandFile(prefix));
}
