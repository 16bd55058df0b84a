import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { writeFileAtomically } from '@meshdeck/shared/runtime';
import { diskFull, isDiskFull } from '../stores/store-health.js';
import { newSecret } from './secrets.js';

/**
 * The token by which programs of the hub's own user reach it: `token` in the data folder, readable by its owner
 * only, made once.
 *
 * @throws MeshdeckError `data-dir-unwritable`, `disk-full`
 */
export async function loadPrivateToken(dataDir: string): Promise<string> {
  const path = join(dataDir, 'token');
  try {
    const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const token = found?.trim() ?? '';
    if (/^[\w-]{43,}$/.test(token)) {
      await chmod(path, 0o600);
      return token;
    }
    const made = newSecret();
    await writeFileAtomically(path, `${made}\n`);
    return made;
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(error, dataDir);
    throw new MeshdeckError(
      'data-dir-unwritable',
      `The token file ${path} cannot be read or written. Let the hub's user own the data folder.`,
      { cause: error },
    );
  }
}
