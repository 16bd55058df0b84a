import { appNameSchema, appViewSchema, readingOptionsSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { nothing, problems, rawBody } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { receiveUpload, takeRawBodies } from '../raw-uploads.js';
import { allow } from '../route-access.js';
import type { HubServices } from '../services.js';
import { submitterOf } from '../submitter.js';

const nameSchema = z.object({ name: appNameSchema });

export async function appRoutes(
  app: PeopleApp,
  parts: Pick<HubServices, 'apps' | 'people'> & { uploadLimitBytes: number },
): Promise<void> {
  const { apps, people } = parts;
  const owner = async ({ name = '' }) => (await apps.get(name)).owner?.id ?? null;
  const tags = ['apps'];

  app.get(
    '/api/v1/apps',
    {
      config: allow('apps.read', { cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Every app in the repository',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ apps: z.array(appViewSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(
        await apps.list(),
        query,
        ({ name }) => name,
        ({ files }) => 10 + files.length,
      );
      return { apps: page, nextCursor };
    },
  );

  app.get(
    '/api/v1/apps/:name',
    {
      config: allow('apps.read'),
      schema: { tags, summary: 'One app', params: nameSchema, response: { 200: appViewSchema, ...problems } },
    },
    async (request) => apps.get(request.params.name),
  );

  app.put(
    '/api/v1/apps/:name/reading',
    {
      config: allow('apps.configure', { owner }),
      schema: {
        tags,
        summary: 'What an app remembers of how its tables are to be read; an empty object clears it',
        description: 'Its checks and jobs go by it, field by field, where they say nothing else.',
        params: nameSchema,
        body: readingOptionsSchema,
        response: { 200: appViewSchema, ...problems },
      },
    },
    async (request) => apps.remember(request.params.name, request.body),
  );

  app.delete(
    '/api/v1/apps/:name',
    {
      config: allow('apps.remove', { owner }),
      schema: {
        tags,
        summary: 'Removes an app with all its versions',
        params: nameSchema,
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await apps.remove(request.params.name);
      return reply.code(204).send(null);
    },
  );

  await app.register(async (scope: PeopleApp) => {
    takeRawBodies(scope);
    scope.post(
      '/api/v1/apps',
      {
        config: allow('apps.push', { owner: 'narrowed', cost: 'heavy' }),
        schema: {
          tags,
          summary: 'Pushes an app: a model, a script, or a packed folder',
          description: 'The body is a .onnx, .py, .mjs, .zip, .tar or .tar.gz file itself.',
          ...rawBody('application/octet-stream'),
          querystring: z.object({ filename: z.string().min(1).max(255) }),
          response: { 201: appViewSchema, ...problems },
        },
      },
      async (request, reply) => {
        const by = submitterOf(request);
        const own = people.limitsOf(by.id).maxUploadBytes;
        const view = await receiveUpload(request, reply, {
          maxBytes: Math.min(parts.uploadLimitBytes, own ?? Infinity),
          work: (stream) => apps.push({ stream, filename: request.query.filename, by }),
        });
        request.auditTarget = view.name;
        reply.code(201);
        return view;
      },
    );
  });
}
