import type { IncomingMessage, ServerResponse } from 'node:http';
import { MeshdeckError } from '@meshdeck/shared';
import { tooLarge } from '../files/index.js';
import type { AgentApp, PeopleApp } from './fastify.js';

/** Routes of this scope get their body as the raw stream, whatever its type; nothing is held in memory. */
export function takeRawBodies(scope: PeopleApp | AgentApp): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => {
    done(null);
  });
}

/** How long, and how much, a refused sender may go on sending before its connection is cut. */
const lingerMs = 5000;
const lingerBytes = 256 * 1024 * 1024;

/**
 * Runs `work` on the body of an upload. When it refuses, what still comes is read and thrown away for a while:
 * most clients look at the answer only once they have sent everything. Then the connection ends.
 */
export async function receiveUpload<T>(
  { raw: request }: { raw: IncomingMessage },
  { raw: response }: { raw: ServerResponse },
  options: {
    maxBytes?: number;
    /** `announced`: how many bytes the sender says there are; null where it does not say. */
    work: (body: AsyncIterable<Uint8Array>, announced: number | null) => Promise<T>;
  },
): Promise<T> {
  try {
    const { maxBytes = Infinity } = options;
    const length = request.headers['content-length'];
    const announced = length === undefined ? null : Number(length);
    if (announced !== null && announced > maxBytes) throw tooLarge(maxBytes);
    return await options.work(bodyOf(request), announced);
  } catch (error) {
    await discard(request);
    if (!request.complete) response.once('finish', () => request.socket.destroySoon());
    throw error;
  }
}

/** The body as bytes only. Leaving it early leaves the connection open, so that the refusal can be told. */
async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  if (!request.complete) {
    throw new MeshdeckError('transfer-failed', 'The upload was cut off before its end. Send it again.');
  }
}

function discard(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const finish = () => {
      clearTimeout(timer);
      request.pause();
      resolve();
    };
    const timer = setTimeout(finish, lingerMs);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > lingerBytes) finish();
    });
    for (const event of ['end', 'close', 'error'] as const) request.once(event, finish);
  });
}
