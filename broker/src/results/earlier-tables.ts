import type { JobSummary, JobView } from '@meshdeck/shared';
import type { JobServices } from '../jobs/job-api.js';
import type { EarlierTable } from './drift/compare-profiles.js';
import type { TableProfile } from './drift/column-profile.js';

const mostTables = 10;
const jobsLookedAt = 100;
/** Of tables that nobody has looked at yet, so many are read for one comparison, of so many bytes in all. */
const mostRead = 3;
const mostBytesRead = 256 * 1024 * 1024;

interface Finders {
  list: JobServices['list'];
  /** What is kept of a job's result; null where nobody has looked at it. */
  stored(job: JobSummary): Promise<TableProfile | null>;
  /** Reads it. */
  read(job: JobSummary): Promise<TableProfile>;
}

/** A job as the comparison names it. */
export const earlierJob = (
  { id, name, createdAt }: JobSummary,
  { rows }: TableProfile,
): EarlierTable['job'] => ({
  id,
  name,
  rows,
  createdAt,
});

/**
 * The app's earlier tables that a person may know of, newest first: those of the same owner, or of the whole lab where that one
 * has none and the person may see all. The same table once more is no earlier one.
 */
export async function earlierTables(
  job: JobView,
  reach: 'all' | 'own',
  { list, stored, read }: Finders,
): Promise<{ tables: EarlierTable[]; leftOut: number }> {
  const own = await earlierJobs(job, { owner: job.owner }, list);
  const jobs = own.length === 0 && reach === 'all' ? await earlierJobs(job, {}, list) : own;
  const tables: EarlierTable[] = [];
  let [wereRead, bytes, leftOut] = [0, 0, 0];
  for (const each of jobs) {
    if (tables.length === mostTables) break;
    const known = await stored(each);
    const size = each.output?.bytes ?? 0;
    if (known !== null) tables.push({ job: earlierJob(each, known), profile: known });
    else if (wereRead < mostRead && bytes + size <= mostBytesRead) {
      wereRead += 1;
      bytes += size;
      const profile = await read(each).catch(() => null);
      if (profile !== null) tables.push({ job: earlierJob(each, profile), profile });
    } else leftOut += 1;
  }
  return { tables, leftOut };
}

/** A name means another app in each space; what is the same by content is the same app in all. */
const isSameApp = (one: JobSummary['app'], other: JobSummary['app']): boolean =>
  one.ref === other.ref || one.bundle.sha256 === other.bundle.sha256;

async function earlierJobs(
  job: JobView,
  of: { owner?: string },
  list: JobServices['list'],
): Promise<JobSummary[]> {
  const { jobs } = await list({
    states: ['succeeded'],
    app: job.app.name,
    before: job.createdAt,
    limit: jobsLookedAt,
    ...of,
  });
  const inputs = new Set([job.input.sha256]);
  return jobs.filter(({ app, verifies, output, input }) => {
    if (!isSameApp(app, job.app)) return false;
    if (verifies !== undefined || output === null || inputs.has(input.sha256)) return false;
    inputs.add(input.sha256);
    return true;
  });
}
