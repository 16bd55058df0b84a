import { mkdir } from 'node:fs/promises';
import { MeshdeckError, packagePathSchema } from '@meshdeck/shared';

const refuse = (path: string, why: string) =>
  new MeshdeckError('archive-unsafe', `The app package is refused: ${JSON.stringify(path.slice(0, 200))} ${why}.`);

/**
 * Unpacks an app bundle into a new folder. Only plain files and folders with paths inside it are taken.
 * @throws MeshdeckError `archive-unsafe`
 */
export async function unpackBundle(archive: string, folder: string): Promise<void> {
  // Loaded here: an agent that runs no jobs does without.
  const tar = await import('tar');
  await tar.list({
    file: archive,
    strict: true,
    onReadEntry(entry) {
      const path = entry.path.replace(/\/$/, '');
      if (entry.type !== 'File' && entry.type !== 'Directory') throw refuse(path, 'is a link or a device');
      if (!packagePathSchema.safeParse(path).success) throw refuse(path, 'points outside the package');
    },
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await tar.extract({ file: archive, cwd: folder, strict: true, preserveOwner: false, noMtime: true });
}
