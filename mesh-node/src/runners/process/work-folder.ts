import { constants } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folderSize } from '../../cache/folder-size.js';
import type { RunnerJob } from '../runner.js';

export interface WorkFolder {
  path: string;
  /** What the attempt's folder holds before the app starts. */
  folderBytesBefore: number;
}

/** A copy of the bundle for the app to do with as it likes (sharing blocks where the file system can). */
export async function makeWorkFolder(job: RunnerJob): Promise<WorkFolder> {
  const path = join(job.folder, 'work');
  await mkdir(join(job.folder, 'tmp'), { recursive: true, mode: 0o700 });
  await cp(job.bundleFolder, path, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return { path, folderBytesBefore: await folderSize(job.folder) };
}
