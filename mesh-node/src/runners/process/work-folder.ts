import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { folderSize } from '../../cache/folder-size.js';
import type { RunnerJob } from '../runner.js';
import { makeOwnCopy } from './own-copy.js';

/** What an app finds around it, all of it its own. */
export interface WorkFolder {
  path: string;
  /** The app's copy of the table. */
  inputPath: string;
}

/** A name programs can go by the ending of, and no path. */
function safeName(name: string): string {
  const safe = basename(name)
    .replace(/[^\w.-]+/g, '_')
    .replace(/^\.+/, '');
  return safe || 'input.csv';
}

/** Copies of the bundle and of the table for the app to do with as it likes. */
export async function makeWorkFolder(job: RunnerJob): Promise<WorkFolder> {
  const path = join(job.folder, 'work');
  const inputPath = join(job.folder, 'input', safeName(job.inputName));
  for (const name of ['tmp', 'input']) {
    await mkdir(join(job.folder, name), { recursive: true, mode: 0o700 });
  }
  await makeOwnCopy(job.bundleFolder, path);
  await makeOwnCopy(job.inputPath, inputPath);
  return { path, inputPath };
}

/** Bytes in the attempt's folder before its app starts; what comes on top is the app's. */
export function bytesBefore(job: RunnerJob): Promise<number> {
  return folderSize(job.folder);
}
