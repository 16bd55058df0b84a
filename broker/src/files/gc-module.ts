import type { Logger } from 'pino';
import type { AppRepository } from '../apps/index.js';
import type { HubModule } from '../module.js';
import type { FilesModule } from './module.js';
import { tidyFiles } from './tidy.js';

/** Takes away what no app and no job refers to any more. */
export function createFileGcModule(parts: {
  files: FilesModule;
  apps: Pick<AppRepository, 'bundles'>;
  jobs: { files(): Promise<Iterable<string>> };
  logger: Logger;
}): HubModule {
  const { apps, jobs, logger } = parts;
  const { files, claims } = parts.files;
  let stopTidying: (() => void) | undefined;
  return {
    name: 'file gc',
    start() {
      stopTidying = tidyFiles({
        files,
        tidied: () => claims.prune(files.has),
        referenced: async () => new Set([...(await apps.bundles()), ...(await jobs.files())]),
        logger,
      });
    },
    stop: () => stopTidying?.(),
  };
}
