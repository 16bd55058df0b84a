import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { loadHubIdentity } from '../identity/hub-identity.js';
import type { HubModule } from '../module.js';
import { openDataFolder, type DataFolder } from './data-folder.js';
import {
  openCollection,
  openDocumentFile,
  type Collection,
  type DocumentFile,
  type Identified,
} from './documents.js';
import { createStoreHealth, type StoreHealth } from './store-health.js';

type Kind<T extends Identified> = Pick<Parameters<typeof openCollection<T>>[0], 'name' | 'schema'>;

export interface StoresModule extends HubModule {
  folder: DataFolder;
  /** The hub's key and certificate, and the name people see. */
  hub: Awaited<ReturnType<typeof loadHubIdentity>> & { name: string };
  /** Told of damage by whoever finds some in the data folder; part of this module's health. */
  storeHealth: StoreHealth;
  collection<T extends Identified>(kind: Kind<T>): Promise<Collection<T>>;
}

/** The data folder, taken for this process, and what lies in it: the hub's identity and its documents. */
export async function createStoresModule(options: {
  dataDir: string;
  hubName: string | undefined;
  now: () => number;
  logger: Logger;
}): Promise<StoresModule> {
  const { logger } = options;
  const folder = await openDataFolder(options.dataDir);
  try {
    const identity = await loadHubIdentity(folder.path, new Date(options.now()));
    const storeHealth = createStoreHealth(folder.path);
    const where = { dir: folder.documents, logger, health: storeHealth };
    // All at once: each waits for the disk a few times while it is read.
    const files = new Map<string, Promise<DocumentFile>>();
    for (const entry of await readdir(folder.documents)) {
      const name = /^([a-z-]+)\.db$/.exec(entry)?.[1];
      if (name === undefined) continue;
      const file = openDocumentFile({ ...where, name });
      // Whose it is will be told what is wrong with it.
      file.catch(() => undefined);
      files.set(name, file);
    }
    return {
      name: 'stores',
      folder,
      storeHealth,
      hub: { ...identity, name: options.hubName ?? hostname() },
      collection(kind) {
        const file = files.get(kind.name);
        files.delete(kind.name);
        return openCollection({ ...where, ...kind, ...(file !== undefined && { file }) });
      },
      health: () => [storeHealth.state()],
      async stop() {
        // What nobody took is not written to any more once the folder is another's.
        await Promise.allSettled(files.values());
        await folder.release();
      },
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}
