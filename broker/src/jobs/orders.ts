import type { RunOrder } from '@meshdeck/shared';
import type { AttemptDocument, JobDocument, TaskDocument } from './job-document.js';

export function runOrder(job: JobDocument, task: TaskDocument, attempt: AttemptDocument): RunOrder {
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
    input: task.shard?.file ?? job.input,
    limits: job.limits,
    access: { network: job.needs.network ?? false, gpu: job.needs.gpu },
  };
}
