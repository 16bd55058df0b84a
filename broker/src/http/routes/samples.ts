import { appNameSchema, preparedSampleSchema, sampleViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import type { HubServices } from '../services.js';
import { callerOf } from '../submitter.js';

export function sampleRoutes(app: PeopleApp, services: Pick<HubServices, 'samples' | 'claims'>): void {
  const { samples, claims } = services;
  const tags = ['apps'];

  app.get(
    '/api/v1/samples',
    {
      config: allow('apps.read'),
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
      config: allow('samples.prepare'),
      schema: {
        tags,
        summary: 'Puts a sample app and its table in place, ready for a job',
        params: z.object({ name: appNameSchema }),
        response: { 200: preparedSampleSchema, ...problems },
      },
    },
    async (request) => {
      const prepared = await samples.prepare(request.params.name);
      // It came with Meshdeck: whoever takes it keeps nothing of their own by that.
      await claims.add({ sha256: prepared.input.sha256, bytes: 0 }, callerOf(request).id);
      return prepared;
    },
  );
}
