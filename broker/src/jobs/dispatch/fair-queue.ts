import type { JobId, JobPriority, PersonId } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';
import { openAttempts } from '../attempts/job-state-machine.js';

const priorities: readonly JobPriority[] = ['high', 'normal', 'low'];

/** What the queue has to know of a job. */
type Waiting = Pick<JobDocument, 'id' | 'owner' | 'createdAt'> & { options: { priority: JobPriority } };

/** Jobs of one owner and priority, the oldest first. */
interface Line {
  jobs: Waiting[];
  /** How many at the front have left and were not cut off yet. */
  gone: number;
}

/**
 * The order in which waiting work gets its chance: by priority, then by turns between owners, then the oldest first.
 * An owner's turn comes later for each slot they hold and for each job of theirs already in line before it, so
 * ten thousand jobs of one never keep another's one waiting.
 */
export interface FairQueue {
  /** The job changed, came, or (`after` undefined) went. */
  changed(before: JobDocument | undefined, after: JobDocument | undefined): void;
  /** Ids of jobs with a queued task, the next first; only as much is put in order as is asked for. */
  inOrder(): Generator<string>;
  size(): number;
}

const isWaiting = (job: JobDocument | undefined) =>
  job?.tasks.some(({ state }) => state === 'queued') ?? false;
const slotsOf = (job: JobDocument | undefined) =>
  job?.tasks.reduce((sum, task) => sum + openAttempts(task).length, 0) ?? 0;

export function createFairQueue(): FairQueue {
  const lines: Record<JobPriority, Map<PersonId, Line>> = {
    high: new Map(),
    normal: new Map(),
    low: new Map(),
  };
  const waiting = new Set<JobId>();
  const held = new Map<PersonId, number>();

  function enter(job: Waiting): void {
    waiting.add(job.id);
    const owners = lines[job.options.priority];
    const line = owners.get(job.owner) ?? { jobs: [], gone: 0 };
    owners.set(job.owner, line);
    // Nearly always the youngest; one that comes back after a failure goes to its old place.
    let at = line.jobs.length;
    while (at > line.gone && (line.jobs[at - 1]?.createdAt ?? 0) > job.createdAt) at -= 1;
    line.jobs.splice(at, 0, job);
  }

  function leave(job: Waiting): void {
    waiting.delete(job.id);
    const owners = lines[job.options.priority];
    const line = owners.get(job.owner);
    if (line === undefined) return;
    const at = line.jobs.findIndex(({ id }, index) => index >= line.gone && id === job.id);
    if (at === line.gone) line.gone += 1;
    else if (at > line.gone) line.jobs.splice(at, 1);
    if (line.gone === line.jobs.length) owners.delete(job.owner);
    else if (line.gone > 1_000) {
      line.jobs.splice(0, line.gone);
      line.gone = 0;
    }
  }

  return {
    changed(before, after) {
      const job = after ?? before;
      if (job === undefined) return;
      const slots = slotsOf(after) - slotsOf(before);
      if (slots !== 0) held.set(job.owner, (held.get(job.owner) ?? 0) + slots);
      if (held.get(job.owner) === 0) held.delete(job.owner);
      const waits = isWaiting(after);
      if (waits === waiting.has(job.id)) return;
      if (waits) enter(job);
      else leave(job);
    },

    *inOrder() {
      const turns = new Map(held);
      for (const priority of priorities) {
        // As it is now: what is placed while we go through leaves the lines under us.
        const heads = [...lines[priority]].map(([owner, { jobs, gone }]) => ({
          owner,
          jobs: jobs.slice(gone),
          at: 0,
        }));
        for (;;) {
          let next: (typeof heads)[number] | undefined;
          for (const head of heads) {
            const job = head.jobs[head.at];
            if (job === undefined) continue;
            const best = next?.jobs[next.at];
            const turn = (turns.get(head.owner) ?? 0) - (turns.get(next?.owner ?? '') ?? 0);
            if (best === undefined || turn < 0 || (turn === 0 && job.createdAt < best.createdAt)) next = head;
          }
          const job = next?.jobs[next.at];
          if (next === undefined || job === undefined) break;
          next.at += 1;
          turns.set(next.owner, (turns.get(next.owner) ?? 0) + 1);
          yield job.id;
        }
      }
    },
    size: () => waiting.size,
  };
}
