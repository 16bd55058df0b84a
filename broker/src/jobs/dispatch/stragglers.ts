import { isFinal } from '@meshdeck/shared';
import { slowness, type Slowness } from '../../placement/stragglers.js';
import type { AttemptDocument, JobDocument, TaskDocument } from '../job-document.js';
import { openAttempts } from '../attempts/job-state-machine.js';

/** Milliseconds a row took in the parts that are done: the median. Null before the first. */
function msPerRow(tasks: readonly TaskDocument[]): number | null {
  const paces = tasks
    .flatMap(({ rows, attempts }) =>
      attempts
        .filter(
          ({ state, startedAt, finishedAt }) =>
            state === 'succeeded' && startedAt !== null && finishedAt !== null,
        )
        .map(({ startedAt, finishedAt }) => ((finishedAt ?? 0) - (startedAt ?? 0)) / Math.max(1, rows ?? 1)),
    )
    .sort((a, b) => a - b);
  return paces[Math.floor(paces.length / 2)] ?? null;
}

/** The parts of a split job that hold up its end, the one that needs longest first. */
export function stragglers(
  job: JobDocument,
  at: number,
  outlook: {
    /** What was foreseen for an attempt when it was sent out. */
    predictedMs: (attempt: AttemptDocument) => number | null;
    /** What the mesh needs for the parts of the job that wait for a machine. */
    queuedMs: (job: JobDocument) => number;
    /** Nothing of anybody waits for a machine. */
    isIdle: () => boolean;
  },
): { task: TaskDocument; slowness: Slowness }[] {
  if (isFinal(job.state) || job.tasks.length < 2) return [];
  const running = job.tasks.filter(({ state }) => state === 'running' || state === 'placed');
  if (running.length === 0) return [];
  const waits = job.tasks.some(({ state }) => state === 'queued');
  const pace = {
    msPerRow: msPerRow(job.tasks),
    queuedMs: waits ? outlook.queuedMs(job) : null,
    isIdle: !waits && outlook.isIdle(),
  };
  return running
    .flatMap((task) => {
      const [attempt, ...more] = openAttempts(task);
      if (attempt === undefined || more.length > 0) return [];
      const { progress, placedAt } = attempt;
      const predictedMs = outlook.predictedMs(attempt);
      const part = { rows: task.rows ?? 0, elapsedMs: at - placedAt, progress, predictedMs };
      const verdict = slowness(part, pace);
      return verdict === null ? [] : [{ task, slowness: verdict }];
    })
    .sort((a, b) => b.slowness.remainingMs - a.slowness.remainingMs);
}
