import { agentPackageSchema, MeshdeckError } from '@meshdeck/shared';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import type { AgentPackage, Download } from '../../enrollment/agent-package.js';
import { fileAnswer, problems } from '../answers.js';
import type { AgentApp } from '../fastify.js';

/** `linux-x64` and the like; what is no platform has no runtime. */
const platformSchema = z.object({ platform: z.string().max(40) });

const send = (reply: FastifyReply, file: Download) =>
  reply.type('application/gzip').header('content-length', file.bytes).send(file.open());

/** The agent as this hub has it, for machines that are in and update theirs (`meshdeck-node update`). */
export function agentPackageRoutes(app: AgentApp, { package: files }: { package: AgentPackage }): void {
  const tags = ['machines'];
  const bytes = { '2xx': fileAnswer('The archive.', 'application/gzip'), ...problems };
  app.get(
    '/agent/v1/package',
    {
      schema: {
        tags,
        summary: 'Which agent this hub hands out',
        querystring: platformSchema,
        response: { 200: agentPackageSchema, ...problems },
      },
    },
    async (request) => {
      const { version, sha256, bytes } = await files.agent();
      const onnx = await files.onnx(request.query.platform);
      return {
        version,
        sha256,
        bytes,
        onnx: onnx === null ? null : { sha256: onnx.sha256, bytes: onnx.bytes },
      };
    },
  );
  app.get(
    '/agent/v1/package/agent.tar.gz',
    { config: { cost: 'transfer' }, schema: { tags, summary: 'The agent', response: bytes } },
    async (_request, reply) => send(reply, await files.agent()),
  );
  app.get(
    '/agent/v1/package/onnx.tar.gz',
    {
      config: { cost: 'transfer' },
      schema: { tags, summary: 'Its ONNX runtime', querystring: platformSchema, response: bytes },
    },
    async (request, reply) => {
      const { platform } = request.query;
      const found = await files.onnx(platform);
      if (found !== null) return send(reply, found);
      throw new MeshdeckError('not-found', 'This hub has no ONNX runtime for that platform.');
    },
  );
}
