import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobUser } from './job-users.js';

async function each(path: string, change: (path: string, mode: number, link: boolean) => Promise<void>) {
  const facts = await lstat(path);
  await change(path, facts.mode, facts.isSymbolicLink());
  if (!facts.isDirectory()) return;
  for (const name of await readdir(path)) await each(join(path, name), change);
}

/** Everything below `path` becomes the user's; links are changed themselves, never what they point to. */
export function giveTo(user: JobUser, path: string): Promise<void> {
  return each(path, (file) => lchown(file, user.uid, user.gid));
}

/**
 * Everything below `path` becomes the agent's again, for every job to read and none to write.
 * Only once nothing of the job runs any more: a path could be swapped for a link meanwhile.
 */
export function takeBack(path: string): Promise<void> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  return each(path, async (file, mode, link) => {
    await lchown(file, uid, gid);
    // Set-user-id bits of a stranger's file would be the agent's now.
    if (!link) await chmod(file, (mode & 0o755 & ~0o022) | 0o444 | ((mode & 0o100) === 0 ? 0 : 0o111));
  });
}
