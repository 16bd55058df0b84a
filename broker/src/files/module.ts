import type { Logger } from 'pino';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { createFileOwners, fileOwnerSchema, type FileOwners } from './file-owners.js';
import { createFileStore } from './file-store.js';
import type { FileStore } from './types.js';

export interface FilesModule extends HubModule {
  files: FileStore;
  fileOwners: FileOwners;
}

/** The files themselves, and who brought which. */
export async function createFilesModule(options: {
  stores: StoresModule;
  now: () => number;
  logger: Logger;
}): Promise<FilesModule> {
  const { stores, logger, now } = options;
  const collection = await stores.collection({ name: 'file-claims', schema: fileOwnerSchema });
  const fileOwners = await createFileOwners({ collection, now });
  const files = await createFileStore({
    dir: stores.folder.files,
    logger,
    now,
    health: stores.storeHealth,
  });
  return { name: 'files', files, fileOwners, stop: files.stop };
}
