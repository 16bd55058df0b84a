import { fileReferenceSchema } from '@meshdeck/shared';
import * as z from 'zod';
import type { FileStore } from '../../files/index.js';
import { problems, rawBody } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { receiveUpload, takeRawBodies } from '../raw-uploads.js';

export async function fileRoutes(
  app: PeopleApp,
  parts: { files: Pick<FileStore, 'put'>; uploadLimitBytes: number },
): Promise<void> {
  const { files, uploadLimitBytes } = parts;
  await app.register(async (scope: PeopleApp) => {
    takeRawBodies(scope);
    scope.put(
      '/api/v1/files',
      {
        schema: {
          tags: ['jobs'],
          summary: 'Stores a table for jobs to work on',
          description: 'The body is the file itself.',
          ...rawBody('text/csv application/octet-stream'),
          querystring: z.object({ name: z.string().min(1).max(255) }),
          response: { 200: fileReferenceSchema, ...problems },
        },
      },
      async (request, reply) =>
        receiveUpload(request, reply, {
          maxBytes: uploadLimitBytes,
          work: (body) => files.put(body, { name: request.query.name, maxBytes: uploadLimitBytes }),
        }),
    );
  });
}
