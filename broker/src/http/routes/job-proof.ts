import { jobViewSchema, provenanceSchema, type Provenance } from '@meshdeck/shared';
import { Readable } from 'node:stream';
import type * as z from 'zod';
import { problems } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { allow, type OwnerOf } from '../route-access.js';
import type { JobServices } from '../services.js';
import { submitterOf } from '../submitter.js';

/** Streams pass by the serializer. */
const streamed: z.ZodType<Provenance | Readable> = provenanceSchema;

/** The document as JSON, its decisions put in one by one where they belong. */
async function* withDecisions(
  whole: Provenance,
  decisions: AsyncIterable<Provenance['decisions'][number]>,
): AsyncGenerator<string> {
  const mark = '"decisions":[';
  const text = JSON.stringify(whole);
  const at = text.lastIndexOf(`${mark}]`) + mark.length;
  yield text.slice(0, at);
  let comma = '';
  for await (const decision of decisions) {
    yield comma + JSON.stringify(decision);
    comma = ',';
  }
  yield text.slice(at);
}

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
      exposeHeadRoute: false,
      config: allow('jobs.read', { owner, cost: 'export' }),
      schema: {
        tags,
        summary:
          'How the result came to be: hashes, versions, machines, attempts, reasoning; as a file to keep',
        params,
        response: { 200: streamed, ...problems },
      },
    },
    async (request, reply) => {
      const { provenance, decisions } = await jobs.provenance(request.params.id);
      reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', attachment(`${provenance.job.id}-provenance.json`));
      const whole = provenanceSchema.parse({ ...provenance, decisions: [] });
      return reply.send(Readable.from(withDecisions(whole, decisions), { highWaterMark: 4 }));
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
