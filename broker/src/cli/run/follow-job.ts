import { setTimeout as pause } from 'node:timers/promises';
import { MeshdeckError, formatLeft, isFinal, isSplit, type JobId, type JobView } from '@meshdeck/shared';
import type { Api } from '../api/transport.js';
import type { Progress } from './progress.js';

/** A hub that restarts is waited for this long. */
const patienceMs = 120_000;
const firstPollMs = 100;
const slowestPollMs = 500;

/** What a job does right now, for the moving line. */
export function stepOf(job: JobView): string {
  const attempt = job.tasks.flatMap((task) => task.attempts).at(-1);
  if (isSplit(job) && job.state === 'running') {
    const done = job.tasks.filter(({ state }) => state === 'succeeded').length;
    const machines = new Set(
      job.tasks
        .flatMap((task) => task.attempts.filter(({ state }) => state === 'running'))
        .map((one) => one.nodeId),
    );
    return `part ${done + 1} of ${job.shards}, on ${machines.size} ${machines.size === 1 ? 'machine' : 'machines'}`;
  }
  const again = attempt !== undefined && attempt.number > 1 ? `, attempt ${attempt.number}` : '';
  if (job.state === 'queued') return job.waitingFor ?? 'waiting for a machine';
  if (job.state === 'merging') return 'merging';
  if (attempt === undefined || job.state === 'placed')
    return `placed on ${job.nodeName ?? 'a machine'}${again}`;
  return `${attempt.phase ?? 'running'} on ${attempt.nodeName}${again}`;
}

/** Log lines not yet shown, page by page. */
function createLogReader(client: Api, jobId: JobId) {
  let cursor: string | undefined;
  return async (show: (line: string) => void): Promise<void> => {
    for (let isEnd = false; !isEnd;) {
      const page = await client.jobs.logs({ id: jobId, cursor });
      for (const { lines, dropped } of page.logs) {
        for (const { text } of lines) show(text);
        if (dropped > 0) show(`(${dropped} lines left out: printed faster than anyone could read)`);
      }
      cursor = page.nextCursor ?? cursor;
      isEnd = page.isEnd || cursor === undefined;
    }
  };
}

/** Looks at a job until it has ended, through restarts of the hub. */
export async function followJob({
  client,
  jobId,
  progress,
  verbose,
  now,
}: {
  client: Api;
  jobId: JobId;
  progress: Progress;
  verbose: boolean;
  now: () => number;
}): Promise<JobView> {
  const readLogs = createLogReader(client, jobId);
  let lastAnswerAt = now();
  for (let poll = 0; ; poll += 1) {
    const waitMs = poll === 0 ? 0 : Math.min(slowestPollMs, firstPollMs * (1 + poll / 10));
    const nextAt = now() + waitMs;
    try {
      const job = await client.jobs.get({ id: jobId, ...(waitMs > 0 && { wait: waitMs / 1000 }) });
      lastAnswerAt = now();
      if (verbose) await readLogs((line) => progress.keep(line));
      if (isFinal(job.state)) return job;
      const left = job.predictedFinishAt == null ? null : formatLeft(job.predictedFinishAt, now());
      progress.show(stepOf(job), job.state === 'running' ? job.progress : null, left);
    } catch (error) {
      const unreachable = error instanceof MeshdeckError && error.code === 'hub-unreachable';
      if (!unreachable || now() - lastAnswerAt > patienceMs) throw error;
      progress.show('the hub does not answer; waiting for it', null);
    }
    // A hub that is away answers at once.
    await pause(Math.max(0, nextAt - now()));
  }
}
