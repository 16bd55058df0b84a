import { isFinal, type JobId } from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';

/** Who waits for a job to end. */
export interface CompletionWaiters {
  changed(job: JobDocument): void;
  /** Resolves with the job when it has ended, or with null after `limitMs`. */
  wait(jobId: JobId, limitMs: number): { ended: Promise<JobDocument | null>; cancel: () => void };
  /** Nobody waits any longer. */
  stop(): void;
}

export function createCompletionWaiters(): CompletionWaiters {
  const waiting = new Map<JobId, Set<(job: JobDocument | null) => void>>();
  return {
    changed(job) {
      if (!isFinal(job.state)) return;
      for (const done of waiting.get(job.id) ?? []) done(job);
    },
    wait(jobId, limitMs) {
      let cancel = (): void => undefined;
      const ended = new Promise<JobDocument | null>((resolve) => {
        const done = (job: JobDocument | null): void => {
          clearTimeout(timer);
          const others = waiting.get(jobId);
          others?.delete(done);
          if (others?.size === 0) waiting.delete(jobId);
          resolve(job);
        };
        const timer = setTimeout(() => done(null), limitMs);
        const others = waiting.get(jobId) ?? new Set();
        waiting.set(jobId, others.add(done));
        cancel = () => done(null);
      });
      return { ended, cancel };
    },
    stop() {
      for (const each of [...waiting.values()]) for (const done of [...each]) done(null);
    },
  };
}
