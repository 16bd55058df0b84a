import { fileNameSchema, fileReferenceSchema } from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Cost } from '../../fairness/shares.js';
import type { FileStore } from '../../files/index.js';
import type { UploadQuota } from '../../files/upload-quota.js';
import { problems, rawBody } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import { receiveUpload, takeRawBodies } from '../raw-uploads.js';
import type { HubServices } from '../services.js';
import { callerOf } from '../submitter.js';

/** A small table is there at once; a large one is on its way for a while. */
const sizeOf = ({ headers }: FastifyRequest): Cost =>
  Number(headers['content-length'] ?? Infinity) <= 64 * 1024 ? 'light' : 'transfer';

export async function fileRoutes(
  app: PeopleApp,
  parts: Pick<HubServices, 'claims'> & { files: Pick<FileStore, 'put'>; quota: UploadQuota },
): Promise<void> {
  const { files, claims, quota } = parts;
  await app.register(async (scope: PeopleApp) => {
    takeRawBodies(scope);
    scope.put(
      '/api/v1/files',
      {
        config: allow('files.upload', { owner: 'narrowed', cost: sizeOf }),
        schema: {
          tags: ['jobs'],
          summary: 'Stores a table for jobs to work on',
          description: 'The body is the file itself.',
          ...rawBody('text/csv application/octet-stream'),
          querystring: z.object({ name: fileNameSchema }),
          response: { 200: fileReferenceSchema, ...problems },
        },
      },
      async (request, reply) => {
        const { id: personId } = callerOf(request);
        claims.requireRoom(personId);
        const { name } = request.query;
        request.auditTarget = name;
        return receiveUpload(request, reply, {
          work: (body, announced) =>
            quota.take({ personId, announced, unpacks: false }, async (maxBytes) => {
              const file = await files.put(body, { name, maxBytes });
              await claims.add(file, personId);
              return file;
            }),
        });
      },
    );
  });
}
