import type { Logger } from 'pino';
import { openJobRecords } from './job-records.js';
import type { HubModule } from '../../module.js';

type JobRecords = Awaited<ReturnType<typeof openJobRecords>>;

/** What is kept of jobs. A module of its own, before the doors in the list, so that it outlives every call. */
export async function createJobRecordsModule(options: {
  dir: string;
  logger: Logger;
}): Promise<HubModule & JobRecords> {
  const { jobStore, decisions } = await openJobRecords(options);
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
