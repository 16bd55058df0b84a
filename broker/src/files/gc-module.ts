import type { Logger } from 'pino';
import type { AppRepository } from '../apps/index.js';
import type { HubModule } from '../module.js';
import type { FilesModule } from './module.js';
import { scheduleFileGc } from './gc.js';

/** Takes away what no app and no job refers to any more. */
export function createFileGcModule(options: {
  files: FilesModule;
  apps: Pick<AppRepository, 'bundles'>;
  jobs: { files(): Promise<Iterable<string>> };
  logger: Logger;
}): HubModule {
  const { apps, jobs, logger } = options;
  const { files, fileOwners } = options.files;
  let stopSchedule: (() => void) | undefined;
  return {
    name: 'file gc',
    start() {
      stopSchedule = scheduleFileGc({
        files,
        onCollected: () => fileOwners.prune(files.has),
        referenced: async () => new Set([...(await apps.bundles()), ...(await jobs.files())]),
        logger,
      });
    },
    stop: () => stopSchedule?.(),
  };
}
