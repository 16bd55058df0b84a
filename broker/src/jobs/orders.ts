import type { RunOrder } from '@meshdeck/shared';
import type { AttemptDocument, JobDocument } from './job-document.js';

export function runOrder(job: JobDocument, attempt: AttemptDocument): RunOrder {
  return {
    type: 'run',
    attemptId: attempt.id,
    jobId: job.id,
    token: attempt.token,
    app: {
      name: job.app.name,
      version: job.app.version,
      runtime: job.app.runtime,
      entry: job.entry,
      bundle: job.app.bundle,
    },
    input: job.input,
    limits: job.limits,
  };
}
