import { rm } from 'node:fs/promises';
import { openDataFolder } from '../storage/data-folder.js';

/**
 * Takes the hub's key out of the data folder; the machine keeps its own.
 * @throws MeshdeckError `data-dir-in-use` while an agent runs there, `data-dir-unwritable`
 */
export async function forgetHub(dataFolder: string): Promise<void> {
  const data = await openDataFolder(dataFolder);
  try {
    await rm(data.hubFile, { force: true });
  } finally {
    await data.release();
  }
}
