import { MeshdeckError, fileReferenceSchema, sha256Schema } from '@meshdeck/shared';
import * as z from 'zod';
import { tooLarge, type FileStore } from '../../files/index.js';
import { fileAnswer, problems, rawBody } from '../answers.js';
import { parseRange } from '../downloads.js';
import type { AgentApp } from '../fastify.js';
import { receiveUpload, takeRawBodies } from '../raw-uploads.js';

const paramsSchema = z.object({ sha256: sha256Schema });

/** `Upload-Length` is the whole file; left out, the body is all that is missing. */
const uploadHeadersSchema = z.object({
  'upload-length': z.coerce.number().int().nonnegative().optional(),
  'content-length': z.coerce.number().int().nonnegative().optional(),
});

/**
 * Files for and from joined machines: read in parts, written in parts, always by hash. `readable` holds more than was
 * ever uploaded (shards, cut from their tables), so what an upload asks about is `files` alone: a result that equals
 * its shard still has to arrive.
 */
export function agentFileRoutes(
  app: AgentApp,
  dependencies: {
    files: FileStore;
    readable: Pick<FileStore, 'has' | 'size' | 'open'>;
    uploadLimitBytes: number;
  },
): void {
  const { files, readable, uploadLimitBytes } = dependencies;
  const tags = ['jobs'];
  takeRawBodies(app);

  app.get(
    '/agent/v1/files/:sha256',
    {
      config: { cost: 'transfer' },
      schema: {
        tags,
        summary: 'A file, or the part of it that Range asks for',
        params: paramsSchema,
        response: { '2xx': fileAnswer('The bytes.', 'application/octet-stream'), ...problems },
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      const size = (await readable.size(sha256)) ?? 0;
      const range = parseRange(request.headers.range, size);
      reply.header('accept-ranges', 'bytes').header('etag', `"${sha256}"`).type('application/octet-stream');
      if (range.kind === 'outside' && (await readable.has(sha256))) {
        return reply.code(416).header('content-range', `bytes */${size}`).send('');
      }
      const file = await readable.open(sha256, range.kind === 'part' ? range : undefined);
      if (range.kind === 'part') {
        reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
      }
      return reply.header('content-length', file.bytes).send(file.stream);
    },
  );

  app.head(
    '/agent/v1/files/:sha256',
    {
      schema: {
        tags,
        summary: 'Whether a file is here; else upload-offset tells how much of it is',
        params: paramsSchema,
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      const size = await files.size(sha256);
      if (size !== null) return reply.header('content-length', size).header('accept-ranges', 'bytes').send();
      return reply
        .code(404)
        .header('upload-offset', await files.partialOffset(sha256))
        .send();
    },
  );

  app.put(
    '/agent/v1/files/:sha256',
    {
      config: { cost: 'transfer' },
      schema: {
        tags,
        summary: 'Uploads a file, or the rest of one; its hash is checked at the end',
        ...rawBody('application/octet-stream'),
        params: paramsSchema,
        querystring: z.object({ offset: z.coerce.number().int().nonnegative().default(0) }),
        headers: uploadHeadersSchema,
        response: { 201: fileReferenceSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { offset } = request.query;
      const file = await receiveUpload(request, reply, {
        maxBytes: uploadLimitBytes,
        work: async (stream) => {
          const totalBytes = totalOf(request.headers, offset);
          if (totalBytes > uploadLimitBytes) throw tooLarge(uploadLimitBytes);
          const outcome = await files.append(request.params.sha256, { offset, totalBytes, stream });
          if (outcome.complete) return outcome.file;
          throw new MeshdeckError(
            'transfer-failed',
            `Only ${outcome.offset} of ${totalBytes} bytes have arrived. Continue there.`,
          );
        },
      });
      reply.code(201);
      return file;
    },
  );
}

function totalOf(headers: z.infer<typeof uploadHeadersSchema>, offset: number): number {
  const total =
    headers['upload-length'] ??
    (headers['content-length'] === undefined ? undefined : offset + headers['content-length']);
  if (total !== undefined) return total;
  throw new MeshdeckError('invalid-request', 'Say how long the whole file is, in the header Upload-Length.');
}
