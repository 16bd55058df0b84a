import type { Stats } from 'node:fs';
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobUser } from './job-users.js';

async function each(path: string, change: (path: string, facts: Stats) => Promise<void>) {
  const facts = await lstat(path);
  await change(path, facts);
  if (!facts.isDirectory()) return;
  for (const name of await readdir(path)) await each(join(path, name), change);
}

/**
 * Everything below `path` becomes the user's; links are changed themselves, never what they point to, and a file with a second
 * name stays whose it is: that name may be anywhere.
 */
export function giveTo(user: JobUser, path: string): Promise<void> {
  return each(path, async (file, facts) => {
    if (facts.isDirectory() || facts.nlink === 1) await lchown(file, user.uid, user.gid);
  });
}

/** Takes the right to write to anything below `path` from its owner: against mistakes, not against who can take it back. */
export function sealTree(path: string): Promise<void> {
  return each(path, async (file, facts) => {
    if (!facts.isSymbolicLink()) await chmod(file, facts.mode & 0o555);
  });
}

/**
 * What the user made below `path` becomes the agent's, for every job to read and none to write. Only what is the user's own: a
 * hard link could be any file of the machine. Only once nothing of the job runs: a path could be swapped for a link meanwhile.
 */
export function takeBack(user: JobUser, path: string): Promise<void> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  return each(path, async (file, facts) => {
    if (facts.uid !== user.uid) return;
    await lchown(file, uid, gid);
    // Set-user-id bits of a stranger's file would be the agent's now.
    if (!facts.isSymbolicLink()) await chmod(file, (facts.mode & 0o100) === 0 ? 0o644 : 0o755);
  });
}
