import { jobViewSchema, provenanceSchema } from '@meshdeck/shared';
import type * as z from 'zod';
import { problems } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { allow, type OwnerOf } from '../route-access.js';
import type { JobServices } from '../services.js';
import { submitterOf } from '../submitter.js';

/** How a result came to be, and whether it comes out the same again. */
export function jobProofRoutes(
  app: PeopleApp,
  parts: {
    jobs: Pick<JobServices, 'provenance' | 'verify'>;
    owner: OwnerOf;
    params: z.ZodObject<{ id: z.ZodString }>;
  },
): void {
  const tags = ['jobs'];
  const { jobs, owner, params } = parts;

  app.get(
    '/api/v1/jobs/:id/provenance',
    {
      config: allow('jobs.read', { owner }),
      schema: {
        tags,
        summary:
          'How the result came to be: hashes, versions, machines, attempts, reasoning; as a file to keep',
        params,
        response: { 200: provenanceSchema, ...problems },
      },
    },
    async (request, reply) => {
      const provenance = await jobs.provenance(request.params.id);
      reply.header('content-disposition', attachment(`${provenance.job.id}-provenance.json`));
      return provenance;
    },
  );

  app.post(
    '/api/v1/jobs/:id/verify',
    {
      config: allow('jobs.rerun', { owner }),
      schema: {
        tags,
        summary:
          'Runs the same app version on the same table again and compares the results; answers that run',
        params,
        response: { 201: jobViewSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return jobs.verify(request.params.id, submitterOf(request));
    },
  );
}
