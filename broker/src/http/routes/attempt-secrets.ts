import { attemptIdSchema, MeshdeckError, parseAttemptId, type AttemptId, type JobId } from '@meshdeck/shared';
import * as z from 'zod';
import { openAttempts } from '../../jobs/attempts/job-state-machine.js';
import type { JobDocument } from '../../jobs/job-document.js';
import type { Secrets } from '../../secrets/secrets.js';
import { problems } from '../answers.js';
import type { AgentApp } from '../fastify.js';

/**
 * The secrets of one attempt, for the machine that it was given to and no other, while it lasts. They go by no order: orders
 * may lie in a queue, and machines keep them.
 */
export function attemptSecretRoutes(
  app: AgentApp,
  dependencies: {
    secrets: Pick<Secrets, 'open'>;
    /** A job that has not ended. */
    job: (id: JobId) => JobDocument | undefined;
    /** The key of a machine. */
    fingerprintOf: (nodeId: string) => string | undefined;
  },
): void {
  const { secrets, job: find, fingerprintOf } = dependencies;

  function jobOf(attemptId: AttemptId, fingerprint: string): JobDocument {
    const { jobId } = parseAttemptId(attemptId);
    const job = find(jobId);
    const attempt = job?.tasks.flatMap(openAttempts).find(({ id }) => id === attemptId);
    if (job !== undefined && attempt !== undefined && fingerprintOf(attempt.nodeId) === fingerprint)
      return job;
    throw new MeshdeckError('not-found', 'This machine has no such attempt under way.');
  }

  app.get(
    '/agent/v1/attempts/:attemptId/secrets',
    {
      schema: {
        tags: ['jobs'],
        summary: 'The secrets that an attempt of this machine runs with, by name',
        params: z.object({ attemptId: attemptIdSchema }),
        response: { 200: z.object({ values: z.record(z.string(), z.string()) }), ...problems },
      },
    },
    async (request, reply) => {
      const job = jobOf(request.params.attemptId, request.peer.fingerprint);
      reply.header('cache-control', 'no-store');
      return { values: secrets.open(job.secrets ?? []) };
    },
  );
}
