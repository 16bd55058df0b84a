import type { JobQuestion, JobView, SweepAxis, SweepView } from '@meshdeck/shared';
import type { Api } from '../api/transport.js';
import type { Progress } from './progress.js';

/** Every row of a sweep, and the rest of its newest page. */
export async function wholeSweep(
  client: Api,
  id: string,
  order: { sort?: string; descending?: boolean } = {},
): Promise<SweepView> {
  let view = await client.sweeps.get({ id, ...order });
  while (view.nextCursor !== null) {
    const { rows } = view;
    const page = await client.sweeps.get({ id, ...order, cursor: view.nextCursor });
    view = { ...page, rows: [...rows, ...page.rows] };
  }
  return view;
}

/** Starts a job for each combination and, unless `detach`, waits for all of them. */
export async function runSweep(options: {
  client: Api;
  progress: Progress;
  job: JobQuestion;
  axes: SweepAxis[];
  detach: boolean;
}): Promise<SweepView> {
  const { client, progress } = options;
  const { id, jobs } = await client.sweeps.create({ body: { job: options.job, sweep: options.axes } });
  if (options.detach) return wholeSweep(client, id);
  for (const [at, jobId] of jobs.entries()) {
    progress.show(`${at} of ${jobs.length} jobs of sweep ${id} have ended`, at / jobs.length);
    let job: JobView;
    do job = await client.jobs.get({ id: jobId, wait: 60 });
    while (job.finishedAt === null);
  }
  return wholeSweep(client, id);
}
