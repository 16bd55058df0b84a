import { type JobState, type JobSummary, isFinal } from '@meshdeck/shared';
import { paths } from '../router/routes.js';

const states = new Map<string, JobState>();

const readyWords = ({ verifies }: JobSummary) =>
  verifies === undefined ? 'Its predictions are ready.' : 'The two results are being compared.';

/** In the desktop app, a native notification for each job that ends while nobody looks at the window. */
export function notifyFinishedJobs(jobs: readonly JobSummary[]): void {
  for (const job of jobs) {
    const before = states.get(job.id);
    states.set(job.id, job.state);
    if (before === undefined || isFinal(before) || !isFinal(job.state) || job.state === 'cancelled') continue;
    if (!document.hidden || window.meshdeck === undefined) continue;
    const body = job.state === 'failed' ? (job.failure?.message ?? 'It failed.') : readyWords(job);
    const title = `${job.name}: ${job.state}`.slice(0, 120);
    // A desktop that shows no notifications is not worth telling about.
    window.meshdeck
      .notify({ title, body: body.slice(0, 500), route: paths.job(job.id) })
      .catch(() => undefined);
  }
}
