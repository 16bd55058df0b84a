import type { Logger } from 'pino';
import type { FilesModule } from '../files/module.js';
import type { UploadsModule } from '../files/uploads-module.js';
import { appRoutes } from '../http/routes/apps.js';
import { sampleRoutes } from '../http/routes/samples.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { localPersonId, permissions, type People } from '../users/index.js';
import { appRecordSchema } from './app-record.js';
import { createAppRepository, type AppRepository } from './app-repository.js';
import { createSamples } from './samples.js';

export interface AppsModule extends HubModule {
  apps: AppRepository;
}

/** Packages and their versions, and the samples that come with the program. */
export async function createAppsModule(options: {
  stores: StoresModule;
  files: FilesModule;
  uploads: UploadsModule;
  people: Pick<People, 'accounts'>;
  samplesDir: string;
  now: () => number;
  logger: Logger;
}): Promise<AppsModule> {
  const { stores, people, now, logger } = options;
  const { files, fileOwners } = options.files;
  const apps = await createAppRepository({
    dir: stores.folder.unpacking,
    files,
    documents: await stores.collection({ name: 'apps', schema: appRecordSchema }),
    isOfLab: (personId) =>
      personId === localPersonId ||
      permissions['apps.push'][people.accounts.get(personId)?.role ?? 'user'] === 'all',
    logger,
    now,
  });
  const samples = createSamples({ dir: options.samplesDir, repository: apps, files, logger });
  return {
    name: 'apps',
    apps,
    routes(app) {
      appRoutes(app, { apps, fileOwners, quota: options.uploads.quota });
      sampleRoutes(app, { samples, fileOwners });
    },
  };
}
