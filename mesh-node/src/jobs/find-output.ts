import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { chmod, lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  longestOutputPath,
  mostLeftOutExamples,
  mostOutputFiles,
  outputPathSchema,
  type FileList,
  type LeftOutReason,
} from '@meshdeck/shared';

/** A regular file below the output folder. */
export interface OutputFile {
  /** Below the folder, with forward slashes. */
  path: string;
  /** Where it lies. */
  place: string;
  bytes: number;
}

export interface FoundOutput {
  /** By path. */
  files: OutputFile[];
  leftOut: FileList['leftOut'];
  leaveOut: (name: string | Buffer, why: LeftOutReason) => void;
}

/** Entries that are looked at; the watch of a run ends it long before. */
const mostEntries = 200_000;

/** For people: what is no letter is escaped. */
function printable(name: string | Buffer): string {
  const escaped = name
    .toString()
    .replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu,
      (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return escaped.length > 200 ? `${escaped.slice(0, 199)}…` : escaped;
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** A folder that its maker closed to itself is opened up. */
async function openFolder(path: string) {
  const options = { encoding: 'buffer' as BufferEncoding };
  try {
    return await opendir(path, options);
  } catch (error) {
    if (codeOf(error) !== 'EACCES') throw error;
    await chmod(path, 0o700);
    return opendir(path, options);
  }
}

function kindOf(entry: Dirent): LeftOutReason | null {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFIFO()) return 'pipe';
  if (entry.isSocket()) return 'socket';
  return entry.isBlockDevice() || entry.isCharacterDevice() ? 'device' : null;
}

/**
 * What lies in an output folder once nothing of its app runs any more. No link is followed; what is no plain file, or has a
 * name that some system could not show, is left out and said. `except`: paths that are looked at elsewhere.
 */
export async function findOutput(
  folder: string,
  except: ReadonlySet<string> = new Set(),
): Promise<FoundOutput> {
  const files: OutputFile[] = [];
  const leftOut: FileList['leftOut'] = { count: 0, examples: [] };
  let entries = 0;

  function leaveOut(name: string | Buffer, why: LeftOutReason): void {
    leftOut.count += 1;
    if (leftOut.examples.length < mostLeftOutExamples) leftOut.examples.push({ name: printable(name), why });
  }

  const owner = (await lstat(folder).catch(() => null))?.uid;
  if (owner === undefined) return { files, leftOut, leaveOut };

  async function look(entry: Dirent, name: Buffer, inside: string): Promise<void> {
    const shown = Buffer.concat([Buffer.from(inside), name]);
    const path = `${inside}${name.toString()}`;
    if (except.has(path)) return;
    const kind = kindOf(entry);
    if (kind !== null) return leaveOut(shown, kind);
    if (path.length > longestOutputPath) return leaveOut(shown, 'long-path');
    if (!isUtf8(name) || !outputPathSchema.safeParse(path).success) return leaveOut(shown, 'name');
    const place = join(folder, path);
    if (entry.isDirectory()) return walk(path);
    const facts = await lstat(place).catch(() => null);
    if (facts === null) return;
    if (!facts.isFile()) return leaveOut(shown, 'unreadable');
    // A second name of a file that is somebody else's could be any file of this machine.
    if (facts.nlink > 1 && facts.uid !== owner) return leaveOut(shown, 'foreign');
    files.push({ path, place, bytes: facts.size });
  }

  async function walk(path: string): Promise<void> {
    const inside = path === '' ? '' : `${path}/`;
    try {
      for await (const found of await openFolder(join(folder, path))) {
        entries += 1;
        if (entries > mostEntries) return;
        await look(found, (found as unknown as { name: Buffer }).name, inside);
      }
    } catch {
      leaveOut(path === '' ? '.' : path, 'unreadable');
    }
  }

  await walk('');
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path } of files.splice(mostOutputFiles)) leaveOut(path, 'too-many');
  return { files, leftOut, leaveOut };
}
