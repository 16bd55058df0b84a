import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshdeckError, outputPathSchema, type JobFile } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import type { Api } from '../api/transport.js';
import { saveStream } from './files.js';

/** Every file of a job. */
export const filesOf = (client: Api, id: string): Promise<JobFile[]> =>
  pages('files', (page) => client.jobs.files({ id, ...page }));

/** Refuses a folder that could not be made before any work is done. */
export async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isDirectory())
    throw new MeshdeckError('invalid-request', `${path} is a file; give the name of a folder.`);
}

/** Where a file goes below `folder`: never out of it, whatever a hub says, and by a name that this system takes. */
function placeOf(folder: string, path: string): string {
  if (!outputPathSchema.safeParse(path.replace(/^part-\d+\//, '')).success)
    throw new MeshdeckError('invalid-request', `${JSON.stringify(path)} is no path inside a folder.`);
  return join(folder, process.platform === 'win32' ? path.replace(/[<>:"|?*]/g, '_') : path);
}

/** Writes files of a job below `folder`, each whole or not at all. Gives the places. */
export async function saveFiles(
  client: Api,
  id: string,
  files: readonly JobFile[],
  folder: string,
): Promise<string[]> {
  const places: string[] = [];
  for (const { path, sha256 } of files) {
    const place = placeOf(folder, path);
    await mkdir(dirname(place), { recursive: true });
    await saveStream(await client.jobs.file({ id, path }), place, sha256);
    places.push(place);
  }
  return places;
}
