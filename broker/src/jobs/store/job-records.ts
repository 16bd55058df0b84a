import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { openCollection } from '../../stores/documents.js';
import type { StoreHealth } from '../../stores/store-health.js';
import { openDecisionLog, type DecisionLog } from './decision-log.js';
import { jobDocumentSchema } from '../job-document.js';
import { openJobStore, type JobStore } from './job-store.js';

/** Jobs as versions before this one kept them, in `jobs.db`; it is set aside once they are taken over. */
async function takeOver(dir: string, store: JobStore, logger: Logger): Promise<boolean> {
  const file = join(dir, 'jobs.db');
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return false;
  const earlier = await openCollection({ dir, name: 'jobs', schema: jobDocumentSchema, logger });
  const jobs = await earlier.all();
  await Promise.all(jobs.map(store.put));
  await rename(file, `${file}.taken-over`);
  logger.info({ jobs: jobs.length }, 'jobs of an earlier version taken over');
  return true;
}

/** What is kept of jobs below `dir`. */
export async function openJobRecords(options: {
  dir: string;
  logger: Logger;
  health?: StoreHealth;
  now?: () => number;
}): Promise<{ jobStore: JobStore; decisions: DecisionLog }> {
  const { dir, logger, health, now } = options;
  const told = { ...(health !== undefined && { health }), ...(now !== undefined && { now }) };
  const jobsDir = join(dir, 'jobs');
  let jobStore = await openJobStore({ dir: jobsDir, logger, ...told });
  if (await takeOver(dir, jobStore, logger)) {
    await jobStore.stop();
    jobStore = await openJobStore({ dir: jobsDir, logger, ...told });
  }
  return { jobStore, decisions: await openDecisionLog({ dir: join(dir, 'decisions'), logger, ...told }) };
}
