import { appRefSchema, appViewSchema, readingOptionsSchema } from '@meshdeck/shared';
import * as z from 'zod';
import type { UploadQuota } from '../../files/upload-quota.js';
import { nothing, problems, rawBody } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { receiveUpload, takeRawBodies } from '../raw-uploads.js';
import { allow, type OwnerOf } from '../route-access.js';
import type { HubServices } from '../services.js';
import { callerOf, submitterOf } from '../submitter.js';

const nameSchema = z.object({
  name: appRefSchema.describe('Name: yours, else the lab’s, else a sample; or OWNER/NAME'),
});

export async function appRoutes(
  app: PeopleApp,
  parts: Pick<HubServices, 'apps' | 'claims'> & { quota: UploadQuota },
): Promise<void> {
  const { apps, claims, quota } = parts;
  // Who pushed an app of the lab first has no say in it by that: it is the lab's.
  const owner: OwnerOf = async ({ name = '' }, { id }) =>
    (await apps.get(name, id)).whose === 'yours' ? id : null;
  const tags = ['apps'];

  app.get(
    '/api/v1/apps',
    {
      config: allow('apps.read', { cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Every app; once what is the same by content and reads its tables in the same way',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ apps: z.array(appViewSchema), nextCursor }), ...problems },
      },
    },
    async (request) => {
      const { page, nextCursor } = pageOf(
        await apps.list(callerOf(request).id),
        request.query,
        ({ ref }) => ref,
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
    async (request) => apps.get(request.params.name, callerOf(request).id),
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
    async (request) => {
      const view = await apps.remember(request.params.name, request.body, submitterOf(request));
      request.auditTarget = view.ref;
      return view;
    },
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
      await apps.remove(request.params.name, submitterOf(request));
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
        const { filename } = request.query;
        const view = await receiveUpload(request, reply, {
          work: (stream, announced) =>
            quota.take({ personId: by.id, announced, unpacks: true }, async (maxBytes) => {
              const pushed = await apps.push({ stream, filename, by, maxBytes });
              await claims.add(pushed.bundle, by.id);
              return pushed;
            }),
        });
        request.auditTarget = view.ref;
        reply.code(201);
        return view;
      },
    );
  });
}
