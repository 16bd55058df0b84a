import { isFinal } from '@meshdeck/shared';
import type { JobDocument, TaskDocument } from './job-document.js';
import { openAttempts } from './job-life.js';

/** A part that takes this many times what it should is run a second time elsewhere; the first result wins. */
const tooSlow = 1.5;
/** Below this a second attempt costs more than it saves. */
const leastMs = 2_000;

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

/**
 * The parts of a split job that hold up its end: nothing of it waits for a machine any more, and they have run for
 * more than 1.5 times what the other parts' pace predicts.
 */
export function stragglers(job: JobDocument, at: number): TaskDocument[] {
  if (isFinal(job.state) || job.tasks.length < 2) return [];
  if (job.tasks.some(({ state }) => state === 'queued')) return [];
  const pace = msPerRow(job.tasks);
  if (pace === null) return [];
  return job.tasks.filter((task) => {
    const [attempt, ...more] = openAttempts(task);
    if (attempt === undefined || more.length > 0) return false;
    const expectedMs = pace * (task.rows ?? 0);
    return at - attempt.placedAt > Math.max(leastMs, tooSlow * expectedMs);
  });
}
