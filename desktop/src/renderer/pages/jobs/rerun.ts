import { api } from '../../api/index.js';
import { jobs } from '../../live/jobs.svelte.js';
import { paths } from '../../router/routes.js';
import { router } from '../../router/router.svelte.js';
import { toasts } from '../../state/toasts.svelte.js';

/** Runs a job's files again as a new job and goes there. */
export async function rerun(id: string): Promise<void> {
  const job = await toasts.tell(api.jobs.rerun({ id }));
  if (job === undefined) return;
  jobs.put(job);
  router.go(paths.job(job.id));
}
