/** @typedef {ReturnType<typeof import('../lib/hub-client.mjs').hubClient>} HubClient */
/** @typedef {import('@meshdeck/shared').JobSummary} JobSummary */

/** Every job of the hub, page by page. @param {HubClient} client */
async function allJobs(client) {
  /** @type {JobSummary[]} */
  const all = [];
  for (let query = ''; ;) {
    /** @type {{ jobs: JobSummary[], nextBefore: number | null }} */
    const { jobs, nextBefore } = await client.call('GET', `/jobs?limit=200${query}`);
    all.push(...jobs);
    if (nextBefore === null) return all;
    query = `&before=${nextBefore}`;
  }
}

/**
 * How the jobs that were handed in have ended. Lost: one of them is not there, or has not succeeded. Doubled: one that
 * nobody handed in, or whose result was committed twice.
 *
 * @param {HubClient} client @param {ReadonlySet<string>} handedIn ids
 */
export async function jobEnds(client, handedIn) {
  const jobs = await allJobs(client);
  const succeeded = new Set(jobs.filter(({ state }) => state === 'succeeded').map(({ id }) => id));
  const lost = [...handedIn].filter((id) => !succeeded.has(id));
  const doubled = jobs
    .map(({ id }) => id)
    .filter((id, at, ids) => !handedIn.has(id) || ids.indexOf(id) !== at);
  for (const { id, attempts } of jobs) {
    if (attempts < 2) continue;
    /** @type {import('@meshdeck/shared').JobView} */
    const job = await client.call('GET', `/jobs/${id}`);
    const committed = job.tasks.flatMap((task) => task.attempts).filter(({ state }) => state === 'succeeded');
    if (committed.length > 1) doubled.push(id);
  }
  return { lost, doubled };
}
