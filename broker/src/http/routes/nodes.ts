import {
  approvalSchema,
  nodeActionSchema,
  nodeOwnerRequestSchema,
  nodePatchSchema,
  nodeViewSchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { allow } from '../route-access.js';
import type { HubServices } from '../services.js';

const refSchema = z.object({
  id: z.string().min(1).max(120).describe('Id, an unambiguous beginning of one, or the name'),
});

export function nodeRoutes(app: PeopleApp, services: Pick<HubServices, 'nodes' | 'people'>): void {
  const { nodes, people } = services;
  const owner = ({ id = '' }) => nodes.get(id).owner?.id ?? null;
  const tags = ['machines'];

  app.get(
    '/api/v1/nodes',
    {
      config: allow('machines.read', { cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Every machine: joined, pending, rejected and seen',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ nodes: z.array(nodeViewSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(
        nodes.list(),
        query,
        ({ id }) => id,
        // What a machine says it has is some kilobytes.
        ({ inventory }) => (inventory === null ? 1 : 25),
      );
      return { nodes: page, nextCursor };
    },
  );

  app.get(
    '/api/v1/nodes/:id',
    {
      config: allow('machines.read'),
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
      config: allow('machines.manage', { owner }),
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
      config: allow('machines.admit'),
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
      config: allow('machines.manage', {
        owner,
        byParam: { name: 'action', actions: { reject: 'machines.admit' } },
      }),
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
      config: allow('machines.remove', { owner }),
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

  app.put(
    '/api/v1/nodes/:id/owner',
    {
      config: allow('machines.give'),
      schema: {
        tags,
        summary: 'Gives a machine to a person, who may look after it from then on; null: to the room',
        params: refSchema,
        body: nodeOwnerRequestSchema,
        response: { 200: nodeViewSchema, ...problems },
      },
    },
    async (request) => {
      const { owner: ref } = request.body;
      const account = ref === null ? null : people.accounts.find(ref);
      request.auditDetail = account === null ? 'To the room.' : `To ${account.email}.`;
      return nodes.give(request.params.id, account === null ? null : { id: account.id, name: account.name });
    },
  );
}
