import { access, chmod, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { isDiskFull } from './disk-full.js';
import { lockFolder } from './folder-lock.js';
import { makeFolder } from '@meshdeck/shared/runtime';

/** Where an agent keeps what it must not lose. One agent at a time. */
export interface DataFolder {
  path: string;
  identityFile: string;
  hubFile: string;
  benchmarkFile: string;
  attempts: string;
  attemptLogFile: string;
  cache: string;
  /** What could not be removed, until it can. */
  trash: string;
  release: () => Promise<void>;
}

/**
 * Makes the folder (0700) where it is missing and locks it.
 * @throws MeshdeckError `data-dir-unwritable`, `data-dir-in-use`, `disk-full`
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder);
  const attempts = join(path, 'attempts');
  const cache = join(path, 'cache');
  let release: () => Promise<void>;
  try {
    await makeFolder(path);
    await chmod(path, 0o700);
    await access(path, constants.W_OK | constants.X_OK);
    release = await lockFolder(path);
    await Promise.all([attempts, cache].map(makeFolder));
  } catch (error) {
    if (error instanceof MeshdeckError) throw error;
    if (isDiskFull(error)) {
      throw new MeshdeckError(
        'disk-full',
        `The disk that holds the agent's data folder ${path} is full. Free some space there, then start the agent again.`,
        { cause: error },
      );
    }
    throw new MeshdeckError(
      'data-dir-unwritable',
      `The agent cannot write to its data folder ${path}. Make it writable for this user, or choose another with --data.`,
      { cause: error },
    );
  }
  return {
    path,
    identityFile: join(path, 'identity.json'),
    hubFile: join(path, 'hub.json'),
    benchmarkFile: join(path, 'benchmark.json'),
    attempts,
    attemptLogFile: join(path, 'attempts.log'),
    cache,
    trash: join(path, 'trash'),
    release,
  };
}
