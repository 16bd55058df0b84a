import type { Logger } from 'pino';
import type { AppRepository } from '../apps/index.js';
import type { FileStore } from '../files/types.js';
import { jobResultRoutes } from '../http/routes/job-results.js';
import type { JobApi } from '../jobs/job-api.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { createResultReader } from './reader.js';
import { createResultApi } from './result-api.js';
import { createSummaryStore } from './summary-store.js';

/** What a result is worth. */
export function createResultsModule(options: {
  stores: Pick<StoresModule, 'folder'>;
  jobs: JobApi;
  files: FileStore;
  apps: Pick<AppRepository, 'resolveContent'>;
  logger: Logger;
}): HubModule {
  const { jobs, files, apps, logger } = options;
  const reader = createResultReader({ logger });
  const results = createResultApi({
    jobs,
    files,
    manifestOf: ({ app, owner }) =>
      apps.resolveContent(app.name, app.bundle.sha256, { ref: app.ref, personId: owner }).then(
        ({ manifest }) => manifest,
        () => null,
      ),
    reader,
    store: createSummaryStore({ dir: options.stores.folder.jobs, logger }),
  });
  return {
    name: 'results',
    routes: (app) => jobResultRoutes(app, { jobs, results }),
    stop: () => reader.stop(),
  };
}
