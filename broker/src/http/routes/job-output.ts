import { createReadStream } from 'node:fs';
import type * as z from 'zod';
import { fileAnswer, problems } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { allow, type OwnerOf } from '../route-access.js';
import type { JobServices } from '../services.js';

export function jobOutputRoute(
  app: PeopleApp,
  parts: { jobs: Pick<JobServices, 'output'>; owner: OwnerOf; params: z.ZodObject<{ id: z.ZodString }> },
): void {
  app.get(
    '/api/v1/jobs/:id/output',
    {
      config: allow('jobs.download', { owner: parts.owner, cost: 'transfer' }),
      schema: {
        tags: ['jobs'],
        summary: "A job's predictions",
        params: parts.params,
        response: { 200: fileAnswer('The result.', 'text/csv'), ...problems },
      },
    },
    async (request, reply) => {
      const { path, name, bytes } = await parts.jobs.output(request.params.id);
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', attachment(name))
        .header('content-length', bytes);
      return reply.send(createReadStream(path, { highWaterMark: 256 * 1024 }));
    },
  );
}
