import type { JobPriority } from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';
import { openAttempts } from './job-life.js';

const weightOf: Record<JobPriority, number> = { high: 0, normal: 1, low: 2 };

/**
 * The order in which waiting work gets its chance: by priority, then by turns between owners, then the oldest first.
 * An owner's turn comes later for each slot they hold and for each job of theirs already in line before it, so
 * ten thousand jobs of one never keep another's one waiting.
 */
export function queueOrder(jobs: readonly JobDocument[]): JobDocument[] {
  const held = new Map<string, number>();
  for (const job of jobs) {
    const slots = job.tasks.reduce((sum, task) => sum + openAttempts(task).length, 0);
    if (slots > 0) held.set(job.owner, (held.get(job.owner) ?? 0) + slots);
  }
  const waiting = jobs.filter(({ tasks }) => tasks.some(({ state }) => state === 'queued'));
  const oldestFirst = waiting.toSorted(
    (a, b) => weightOf[a.options.priority] - weightOf[b.options.priority] || a.createdAt - b.createdAt,
  );
  const turns = new Map(held);
  const inLine = oldestFirst.map((job) => {
    const turn = turns.get(job.owner) ?? 0;
    turns.set(job.owner, turn + 1);
    return { job, turn };
  });
  return inLine
    .sort(
      (a, b) =>
        weightOf[a.job.options.priority] - weightOf[b.job.options.priority] ||
        a.turn - b.turn ||
        a.job.createdAt - b.job.createdAt,
    )
    .map(({ job }) => job);
}
