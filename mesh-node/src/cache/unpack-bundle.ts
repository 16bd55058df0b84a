import { MeshdeckError, packagePathSchema } from '@meshdeck/shared';
import type { ReadEntry } from 'tar';
import { isDiskFull } from '../storage/disk-full.js';
import { makeFolder } from '@meshdeck/shared/runtime';

function objectionTo({ path, type }: ReadEntry): string | undefined {
  if (type !== 'File' && type !== 'Directory') return 'is a link or a device';
  return packagePathSchema.safeParse(path.replace(/\/$/, '')).success
    ? undefined
    : 'points outside the package';
}

/**
 * Unpacks an app bundle into a new folder. Only plain files and folders with paths inside it are taken: the whole archive is
 * looked through before a byte of it is written.
 * @throws MeshdeckError `archive-unsafe`, `app-invalid` (no readable archive); what the system said of a full disk
 */
export async function unpackBundle(archive: string, folder: string): Promise<void> {
  // Loaded here: an agent that runs no jobs does without.
  const tar = await import('tar');
  let unsafe: MeshdeckError | undefined;
  try {
    await tar.list({
      file: archive,
      strict: true,
      // An error thrown in here would end the process, not the promise.
      onReadEntry(entry) {
        const objection = objectionTo(entry);
        if (objection === undefined) return;
        const path = JSON.stringify(entry.path.slice(0, 200));
        unsafe ??= new MeshdeckError('archive-unsafe', `The app package is refused: ${path} ${objection}.`);
      },
    });
    if (unsafe === undefined) {
      await makeFolder(folder);
      await tar.extract({ file: archive, cwd: folder, strict: true, preserveOwner: false, noMtime: true });
    }
  } catch (cause) {
    if (isDiskFull(cause)) throw cause;
    throw unsafe ?? new MeshdeckError('app-invalid', 'The app package cannot be unpacked.', { cause });
  }
  if (unsafe !== undefined) throw unsafe;
}
