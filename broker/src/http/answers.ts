import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { MeshdeckError, problemSchema } from '@meshdeck/shared';
import * as z from 'zod';

/** Every route may answer with a problem; said once per route by spreading this into its `response`. */
export const problems = {
  default: {
    description: 'What went wrong, in a sentence for people and a code for programs.',
    content: { 'application/problem+json': { schema: problemSchema } },
  },
} as const;

/** An answer without a body, status 204. */
export const nothing = z.null().describe('Done.');

const bytes: z.ZodType<string | Readable> = z.string();

/** A file in the answer, of this media type. Streams pass by the serializer. */
export const fileAnswer = (description: string, mediaType: string) => ({
  description,
  content: { [mediaType]: { schema: bytes } },
});

/** Where a route takes raw bytes: put into the description, since the body passes no schema. */
export const rawBody = (mediaTypes: string) => ({ consumes: mediaTypes.split(' ') });

/** Aborted when the caller hangs up before it has its answer: work for nobody need not go on. */
export function untilClosed({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () =>
    controller.abort(new MeshdeckError('cancelled', 'Nobody waits for the answer any more.')),
  );
  return controller.signal;
}
