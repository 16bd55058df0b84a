import { appNameSchema, preparedSampleSchema, sampleViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import type { SampleServices } from '../services.js';

export function sampleRoutes(app: PeopleApp, samples: SampleServices): void {
  const tags = ['apps'];

  app.get(
    '/api/v1/samples',
    {
      schema: {
        tags,
        summary: 'The apps that ship with Meshdeck',
        response: { 200: z.object({ samples: z.array(sampleViewSchema) }), ...problems },
      },
    },
    async () => ({ samples: await samples.list() }),
  );

  app.post(
    '/api/v1/samples/:name',
    {
      schema: {
        tags,
        summary: 'Puts a sample app and its table in place, ready for a job',
        params: z.object({ name: appNameSchema }),
        response: { 200: preparedSampleSchema, ...problems },
      },
    },
    async (request) => samples.prepare(request.params.name),
  );
}
