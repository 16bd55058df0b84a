import { attemptIdSchema, sha256Schema } from '@meshdeck/shared';
import * as z from 'zod';
import type { FileStore } from '../../files/index.js';
import type { AgentPeer } from '../agent-peer.js';
import { nothing, problems, rawBody } from '../answers.js';
import type { AgentApp } from '../fastify.js';
import { receiveUpload } from '../raw-uploads.js';

/**
 * Results that a machine sends while they are written. They belong to the attempt and the machine's key until they are
 * named by their hash; `PUT /agent/v1/files/{sha256}` then sends the rest, and checks them.
 */
export function unnamedResultRoutes(
  app: AgentApp,
  dependencies: { files: Pick<FileStore, 'receiveUnnamed' | 'nameUpload'>; uploadLimitBytes: number },
): void {
  const { files, uploadLimitBytes } = dependencies;
  const tags = ['jobs'];
  const params = z.object({ attemptId: attemptIdSchema });
  const keyOf = ({ peer, params: { attemptId } }: { peer: AgentPeer; params: z.infer<typeof params> }) =>
    `${peer.fingerprint} ${attemptId}`;

  app.put(
    '/agent/v1/results/:attemptId',
    {
      config: { cost: 'transfer' },
      schema: {
        tags,
        summary: 'Uploads a result while it is written, before its hash is known',
        ...rawBody('application/octet-stream'),
        params,
        response: { 202: z.object({ bytes: z.number() }), ...problems },
      },
    },
    async (request, reply) => {
      const bytes = await receiveUpload(request, reply, {
        maxBytes: uploadLimitBytes,
        work: (stream) => files.receiveUnnamed(keyOf(request), { stream, maxBytes: uploadLimitBytes }),
      });
      reply.code(202);
      return { bytes };
    },
  );

  app.post(
    '/agent/v1/results/:attemptId',
    {
      schema: {
        tags,
        summary: 'Names what was uploaded of a result: its own upload goes on from there',
        params,
        querystring: z.object({ sha256: sha256Schema }),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await files.nameUpload(keyOf(request), request.query.sha256);
      return reply.code(204).send(null);
    },
  );
}
