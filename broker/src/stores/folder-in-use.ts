import { MeshdeckError } from '@meshdeck/shared';

/** `host`: where that hub runs, if not here. */
export function folderInUse(path: string, host?: string): MeshdeckError {
  return new MeshdeckError(
    'data-dir-in-use',
    `A running hub${host === undefined ? '' : ` on ${host}`} already uses ${path}. Stop it, or give this one its own folder with --data.`,
  );
}
