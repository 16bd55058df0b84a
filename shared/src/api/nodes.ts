import * as z from 'zod';
import { nodeActionSchema, nodeOwnerRequestSchema, nodePatchSchema, nodeViewSchema } from '../models/node.js';
import { approvalSchema } from '../models/pairing.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

const params = z.object({
  id: z.string().min(1).max(120).describe('Id, an unambiguous beginning of one, or the name'),
});

export const nodes = calls(
  { thing: 'nodes', tag: 'machines' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/nodes',
      summary: 'Every machine: joined, pending, rejected and seen',
      action: 'machines.read',
      cost: 'heavy',
      query: z.object(pageQuery),
      answer: z.object({ nodes: z.array(nodeViewSchema), nextCursor }),
    },
    get: {
      method: 'GET',
      path: '/api/v1/nodes/{id}',
      summary: 'One machine',
      action: 'machines.read',
      params,
      answer: nodeViewSchema,
    },
    patch: {
      method: 'PATCH',
      path: '/api/v1/nodes/{id}',
      summary: 'Renames a machine or changes its labels',
      action: 'machines.manage',
      owner: 'found',
      params,
      body: nodePatchSchema,
      answer: nodeViewSchema,
    },
    approve: {
      method: 'POST',
      path: '/api/v1/nodes/{id}/approve',
      summary: 'Lets a machine in that shows this code on its own terminal',
      description: 'Another code is answered 409 `code-mismatch`; the third wrong one ends the attempt.',
      action: 'machines.admit',
      params,
      body: approvalSchema,
      answer: nodeViewSchema,
    },
    act: {
      method: 'POST',
      path: '/api/v1/nodes/{id}/{action}',
      summary: 'Rejects, cordons, uncordons, drains, measures or looks a machine over',
      action: 'machines.manage',
      actionBy: { param: 'action', actions: { reject: 'machines.admit' } },
      owner: 'found',
      params: params.extend({ action: nodeActionSchema }),
      answer: nodeViewSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/nodes/{id}',
      summary: 'Removes a machine; its connection ends at once',
      action: 'machines.remove',
      owner: 'found',
      params,
    },
    give: {
      method: 'PUT',
      path: '/api/v1/nodes/{id}/owner',
      summary: 'Gives a machine to a person, who may look after it from then on; null: to the room',
      description: 'The owner is named by id or e-mail address.',
      action: 'machines.give',
      params,
      body: nodeOwnerRequestSchema,
      answer: nodeViewSchema,
    },
  },
);
