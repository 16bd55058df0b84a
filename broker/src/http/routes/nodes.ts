import { approvalSchema, nodeActionSchema, nodePatchSchema, nodeViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import type { NodeServices } from '../services.js';

const refSchema = z.object({
  id: z.string().min(1).max(120).describe('Id, an unambiguous beginning of one, or the name'),
});

export function nodeRoutes(app: PeopleApp, nodes: NodeServices): void {
  const tags = ['machines'];

  app.get(
    '/api/v1/nodes',
    {
      schema: {
        tags,
        summary: 'Every machine: joined, pending, rejected and seen',
        response: { 200: z.object({ nodes: z.array(nodeViewSchema) }), ...problems },
      },
    },
    async () => ({ nodes: nodes.list() }),
  );

  app.get(
    '/api/v1/nodes/:id',
    {
      schema: {
        tags,
        summary: 'One machine',
        params: refSchema,
        response: { 200: nodeViewSchema, ...problems },
      },
    },
    async (request) => nodes.get(request.params.id),
  );

  app.patch(
    '/api/v1/nodes/:id',
    {
      schema: {
        tags,
        summary: 'Renames a machine or changes its labels',
        params: refSchema,
        body: nodePatchSchema,
        response: { 200: nodeViewSchema, ...problems },
      },
    },
    async (request) => nodes.patch(request.params.id, request.body),
  );

  app.post(
    '/api/v1/nodes/:id/approve',
    {
      schema: {
        tags,
        summary: 'Lets a machine in that shows this code on its own terminal',
        params: refSchema,
        body: approvalSchema,
        response: { 200: nodeViewSchema, ...problems },
      },
    },
    async (request) => nodes.approve(request.params.id, request.body),
  );

  app.post(
    '/api/v1/nodes/:id/:action',
    {
      schema: {
        tags,
        summary: 'Rejects, cordons, uncordons, drains, measures or looks a machine over',
        params: refSchema.extend({ action: nodeActionSchema }),
        response: { 200: nodeViewSchema, ...problems },
      },
    },
    async (request) => nodes.act(request.params.id, request.params.action),
  );

  app.delete(
    '/api/v1/nodes/:id',
    {
      schema: {
        tags,
        summary: 'Removes a machine; its connection ends at once',
        params: refSchema,
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await nodes.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
