import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { loadHubIdentity } from '../identity/hub-identity.js';
import type { HubModule } from '../module.js';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { openCollection, type Collection, type Identified } from './documents.js';
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
    return {
      name: 'stores',
      folder,
      storeHealth,
      hub: { ...identity, name: options.hubName ?? hostname() },
      collection: (kind) => openCollection({ dir: folder.documents, logger, health: storeHealth, ...kind }),
      health: () => [storeHealth.state()],
      stop: folder.release,
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}
