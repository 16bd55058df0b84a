import type { Logger } from 'pino';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { createFileClaims, fileClaimSchema, type FileClaims } from './claims.js';
import { createFileStore } from './file-store.js';
import type { FileStore } from './types.js';

export interface FilesModule extends HubModule {
  files: FileStore;
  claims: FileClaims;
}

/** The files themselves, and who brought which. */
export async function createFilesModule(parts: {
  stores: StoresModule;
  now: () => number;
  logger: Logger;
}): Promise<FilesModule> {
  const { stores, logger, now } = parts;
  const collection = await stores.collection({ name: 'file-claims', schema: fileClaimSchema });
  const claims = await createFileClaims({ collection, now });
  const files = await createFileStore({ dir: stores.folder.files, logger, now });
  return { name: 'files', files, claims, stop: files.stop };
}
