import {
  sensorCredentialSchema,
  sensorIdSchema,
  sensorPatchSchema,
  sensorRequestSchema,
  sensorViewSchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { allow } from '../route-access.js';
import type { SensorServices } from '../services.js';

const idSchema = z.object({ id: sensorIdSchema });

export function sensorRoutes(app: PeopleApp, sensors: SensorServices): void {
  const tags = ['sensors'];

  app.get(
    '/api/v1/sensors',
    {
      config: allow('sensors.read', { cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Every sensor',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ sensors: z.array(sensorViewSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(
        sensors.list(),
        query,
        ({ id }) => id,
        ({ latest, metadata, units }) =>
          10 + [latest, metadata, units].reduce((sum, part) => sum + Object.keys(part).length, 0),
      );
      return { sensors: page, nextCursor };
    },
  );

  app.post(
    '/api/v1/sensors',
    {
      config: allow('sensors.manage'),
      schema: {
        tags,
        summary: 'Registers a sensor; its password is told once',
        body: sensorRequestSchema,
        response: { 201: sensorCredentialSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      const credential = await sensors.register(request.body);
      request.auditTarget = credential.sensor.id;
      return credential;
    },
  );

  app.get(
    '/api/v1/sensors/:id',
    {
      config: allow('sensors.read'),
      schema: {
        tags,
        summary: 'One sensor',
        params: idSchema,
        response: { 200: sensorViewSchema, ...problems },
      },
    },
    async (request) => sensors.get(request.params.id),
  );

  app.patch(
    '/api/v1/sensors/:id',
    {
      config: allow('sensors.manage'),
      schema: {
        tags,
        summary: 'Changes what is known of a sensor',
        params: idSchema,
        body: sensorPatchSchema,
        response: { 200: sensorViewSchema, ...problems },
      },
    },
    async (request) => sensors.patch(request.params.id, request.body),
  );

  app.delete(
    '/api/v1/sensors/:id',
    {
      config: allow('sensors.manage'),
      schema: {
        tags,
        summary: 'Removes a sensor and its readings',
        params: idSchema,
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await sensors.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/sensors/:id/credential',
    {
      config: allow('sensors.manage'),
      schema: {
        tags,
        summary: 'A new password; the old one ends at once',
        params: idSchema,
        response: { 200: sensorCredentialSchema, ...problems },
      },
    },
    async (request) => sensors.rotateCredential(request.params.id),
  );
}
