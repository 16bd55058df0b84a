import { appRefSchema, modelViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import type { ModelServices } from '../services.js';
import { callerOf } from '../submitter.js';

export function modelRoutes(app: PeopleApp, models: ModelServices): void {
  app.get(
    '/api/v1/apps/:name/model',
    {
      config: allow('apps.read', { cost: 'errand' }),
      schema: {
        tags: ['apps'],
        summary:
          'What a model is, read from its file: inputs and outputs in words, classes, an example table',
        description:
          'Of the version asked for, else the newest. "facts" is null where the file cannot be looked into; "problem" says why.',
        params: z.object({ name: appRefSchema }),
        querystring: z.object({ version: z.string().max(80).optional() }),
        response: { 200: modelViewSchema, ...problems },
      },
    },
    async (request) =>
      models.describe(request.params.name, {
        version: request.query.version,
        personId: callerOf(request).id,
      }),
  );
}
