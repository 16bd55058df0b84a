import type { Logger } from 'pino';
import type { HubModule } from '../../module.js';
import type { StoresModule } from '../../stores/module.js';
import { openJobRecords } from './job-records.js';

type JobRecords = Awaited<ReturnType<typeof openJobRecords>>;

/** What is kept of jobs. A module of its own, before the doors in the list, so that it outlives every call. */
export async function createJobRecordsModule(options: {
  stores: Pick<StoresModule, 'folder' | 'storeHealth'>;
  logger: Logger;
  now: () => number;
}): Promise<HubModule & JobRecords> {
  const { stores, logger, now } = options;
  const { jobStore, decisions } = await openJobRecords({
    dir: stores.folder.documents,
    logger,
    health: stores.storeHealth,
    now,
  });
  return {
    name: 'job records',
    jobStore,
    decisions,
    async stop() {
      try {
        await decisions.stop();
      } finally {
        await jobStore.stop();
      }
    },
  };
}
