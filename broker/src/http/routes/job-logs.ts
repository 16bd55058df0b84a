import { Readable } from 'node:stream';
import { logPageSchema, type LogMessage } from '@meshdeck/shared';
import * as z from 'zod';
import { fileAnswer, problems } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { allow, type OwnerOf } from '../route-access.js';
import type { JobServices } from '../services.js';

const attempt = z.string().max(60).optional().describe('Id of an attempt, or its end: `part-number`');
const cursor = z.string().min(1).max(200).optional();

const pageQuerySchema = z
  .object({
    attempt,
    cursor: cursor.describe('The `nextCursor` of a page: what came after it'),
    before: cursor.describe('The `previousCursor` of a page: what came before it'),
    tail: z.stringbool().optional().describe('The last page'),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(500)
      .describe('Messages; a page is 256 KiB at most'),
  })
  .refine(
    ({ cursor: on, before, tail }) => [on, before, tail].filter((one) => one !== undefined).length <= 1,
    'give one of "cursor", "before" and "tail"',
  );

const wholeQuerySchema = z.object({ attempt, format: z.enum(['text', 'json']).default('text') });

async function* asText(messages: AsyncIterable<LogMessage>): AsyncGenerator<string> {
  for await (const { lines, dropped } of messages) {
    const printed = lines.map(({ text }) => `${text}\n`).join('');
    yield dropped === 0
      ? printed
      : `${printed}(${dropped} lines left out: printed faster than anyone could read)\n`;
  }
}

async function* asJsonLines(messages: AsyncIterable<LogMessage>): AsyncGenerator<string> {
  for await (const message of messages) yield `${JSON.stringify(message)}\n`;
}

/** What jobs print: in pages, and whole as a file that is read as it is sent. */
export function jobLogRoutes(
  app: PeopleApp,
  parts: {
    jobs: Pick<JobServices, 'logs' | 'allLogs'>;
    owner: OwnerOf;
    params: z.ZodObject<{ id: z.ZodString }>;
  },
): void {
  const tags = ['jobs'];
  const { jobs, owner, params } = parts;

  app.get(
    '/api/v1/jobs/:id/logs',
    {
      config: allow('jobs.read', { owner, cost: 'heavy' }),
      schema: {
        tags,
        summary: 'What a job printed so far, or one attempt of it, in pages',
        params,
        querystring: pageQuerySchema,
        response: { 200: logPageSchema, ...problems },
      },
    },
    async (request) => jobs.logs(request.params.id, request.query),
  );

  app.get(
    '/api/v1/jobs/:id/logs/download',
    {
      exposeHeadRoute: false,
      config: allow('jobs.download', { owner, cost: 'export' }),
      schema: {
        tags,
        summary:
          'All that a job printed, or one attempt of it, as a file: its lines, or JSON lines with times',
        params,
        querystring: wholeQuerySchema,
        response: { 200: fileAnswer('What was printed.', 'text/plain'), ...problems },
      },
    },
    async (request, reply) => {
      const { query, params: asked } = request;
      const messages = await jobs.allLogs(asked.id, query.attempt);
      const isText = query.format === 'text';
      reply
        .type(isText ? 'text/plain; charset=utf-8' : 'application/jsonl; charset=utf-8')
        .header('content-disposition', attachment(`${asked.id}-log.${isText ? 'txt' : 'jsonl'}`));
      return reply.send(
        Readable.from(isText ? asText(messages) : asJsonLines(messages), { highWaterMark: 4 }),
      );
    },
  );
}
