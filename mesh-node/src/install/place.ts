import { lstat, readdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from '../storage/json-file.js';

/** Where a hub's line has put the agent: a folder with releases, of which one is current. */
export interface Place {
  /** Holds the releases, `current`, `bin` and the record. */
  prefix: string;
  /** The folder of the program that runs now, in `prefix`. */
  release: string;
}

/** What was made outside of the two folders, so that it can be removed; it also marks the folder as ours. */
const recordSchema = z.object({
  dataFolder: z.string(),
  /** Absolute path of the Node.js that runs it. */
  node: z.string(),
  /** The command on PATH. */
  link: z.string().nullable(),
  /** The outermost folders that had to be made for the two, where some were missing. */
  made: z.array(z.string()).default([]),
});
export type InstallRecord = z.infer<typeof recordSchema>;

export const recordName = 'installed.json';
/** What the line leaves of itself while it works, with the folders it had to make, one a line. */
export const installingName = 'installing';
const releasePattern = /^\d[\w.+-]*-[0-9a-f]{12}$/;

/** `0.1.0-0123456789ab`: a version, and the first digits of its archive's SHA-256. */
export const releaseName = ({ version, sha256 }: { version: string; sha256: string }): string =>
  `${version}-${sha256.slice(0, 12)}`;

export const isRelease = (name: string): boolean => releasePattern.test(name.replace(/\.new$/, ''));

/** The place of a program, or undefined where no line has put it there (a checkout, a package of npm's). */
export async function placeOf(program: string): Promise<Place | undefined> {
  const release = dirname(await realpath(program).catch(() => program));
  return isRelease(basename(release)) ? { prefix: dirname(release), release } : undefined;
}

export const readRecord = ({ prefix }: Place): Promise<InstallRecord | undefined> =>
  readJsonFile(join(prefix, recordName), recordSchema);

export const writeRecord = ({ prefix }: Place, record: InstallRecord): Promise<void> =>
  writeJsonFile(join(prefix, recordName), record);

/** The program that a service starts: the same path after every update, but on Windows, where links take rights. */
export const programOf = ({ prefix, release }: Place): string =>
  join(process.platform === 'win32' ? release : join(prefix, 'current'), 'cli.js');

/** Makes the release the current one, at once. */
export async function makeCurrent({ prefix, release }: Place): Promise<void> {
  if (process.platform === 'win32') return;
  const next = join(prefix, 'current.new');
  await rm(next, { force: true });
  await symlink(release, next);
  const current = join(prefix, 'current');
  const there = await lstat(current).catch(() => null);
  if (there?.isDirectory() === true) await rm(current, { recursive: true });
  await rename(next, current);
}

/** Removes the releases that are not named, and what was left half made. */
export async function removeReleases(prefix: string, keep: readonly string[]): Promise<void> {
  for (const name of await readdir(prefix)) {
    const path = join(prefix, name);
    if (isRelease(name) && !keep.includes(path)) await rm(path, { recursive: true, force: true });
  }
}
