import { access, chmod, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { lockFolder } from './folder-lock.js';
import { makeFolder } from '@meshdeck/shared/runtime';
import { diskFull, isDiskFull } from './store-health.js';

/** Where the hub keeps everything. One hub at a time. */
export interface DataFolder {
  path: string;
  documents: string;
  files: string;
  jobs: string;
  series: string;
  audit: string;
  unpacking: string;
  release: () => Promise<void>;
}

/**
 * Makes the folder (0700) where it is missing, and takes it for this process.
 * @throws MeshdeckError `data-dir-unwritable`, `data-dir-in-use`, `disk-full`
 */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const path = resolve(dataDir);
  const folder = (name: string) => join(path, name);
  const folders = {
    documents: folder('documents'),
    files: folder('files'),
    jobs: folder('jobs'),
    series: folder('series'),
    audit: folder('audit'),
    unpacking: folder('unpacking'),
  };
  try {
    await makeFolder(path);
    await access(path, constants.W_OK | constants.X_OK);
    await chmod(path, 0o700);
    const release = await lockFolder(path);
    for (const each of Object.values(folders)) await makeFolder(each);
    return { path, ...folders, release };
  } catch (error) {
    if (error instanceof MeshdeckError) throw error;
    if (isDiskFull(error)) throw diskFull(error, path);
    throw new MeshdeckError(
      'data-dir-unwritable',
      `The hub cannot write to its data folder ${path}. Make it writable for this user, or choose another with --data.`,
      { cause: error },
    );
  }
}
