import { isFinal } from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';

/** Who waits for a job to end. */
export interface JobEndings {
  changed(job: JobDocument): void;
  /** Resolves when the job has ended, or after `limitMs`. */
  wait(jobId: string, limitMs: number): Promise<void>;
  /** Nobody waits any longer. */
  stop(): void;
}

export function createJobEndings(): JobEndings {
  const waiting = new Map<string, Set<() => void>>();
  return {
    changed(job) {
      if (!isFinal(job.state)) return;
      for (const done of waiting.get(job.id) ?? []) done();
    },
    wait: (jobId, limitMs) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          const others = waiting.get(jobId);
          others?.delete(done);
          if (others?.size === 0) waiting.delete(jobId);
          resolve();
        };
        const timer = setTimeout(done, limitMs);
        const others = waiting.get(jobId) ?? new Set();
        waiting.set(jobId, others.add(done));
      }),
    stop() {
      for (const each of [...waiting.values()]) for (const done of [...each]) done();
    },
  };
}
