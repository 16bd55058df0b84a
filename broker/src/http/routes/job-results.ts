import {
  MeshdeckError,
  resultRowsQuerySchema,
  resultRowsSchema,
  resultSummaryQuerySchema,
  resultSummarySchema,
} from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { problems, untilClosed } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import type { HubServices } from '../services.js';
import { callerOf } from '../submitter.js';

const paramsSchema = z.object({
  id: z.string().min(1).max(120).describe('Id, or an unambiguous beginning of one'),
});

/** What a job's result holds and is worth, to look at. Taking it away is `output`. */
export function jobResultRoutes(app: PeopleApp, services: Pick<HubServices, 'jobs' | 'results'>): void {
  const tags = ['jobs'];
  const { jobs, results } = services;
  const owner = ({ id = '' }) => jobs.ownerOf(id);
  const onlooker = (request: FastifyRequest) => ({ id: callerOf(request).id, reach: request.reach });

  app.get(
    '/api/v1/jobs/:id/summary',
    {
      config: allow('jobs.read', { owner, cost: 'errand' }),
      schema: {
        tags,
        summary:
          'What the result is worth: accuracy or error where the truth is known, what was predicted, the least sure rows, and how the table lies beside earlier ones',
        params: paramsSchema,
        querystring: resultSummaryQuerySchema,
        response: { 200: resultSummarySchema, ...problems },
      },
    },
    async (request, reply) => {
      const { query, params: asked } = request;
      const by = onlooker(request);
      if (query.against !== undefined && by.reach === 'own' && (await ownerOrNull(query.against)) !== by.id) {
        throw new MeshdeckError('not-found', 'There is nothing of yours by that name.');
      }
      return results.summary(asked.id, query, by, untilClosed(reply));
    },
  );

  /** The same answer for a job that is not there and for somebody else's. */
  async function ownerOrNull(id: string): Promise<string | null> {
    try {
      return await owner({ id });
    } catch (error) {
      if (error instanceof MeshdeckError && error.code === 'not-found') return null;
      throw error;
    }
  }

  app.get(
    '/api/v1/jobs/:id/rows',
    {
      config: allow('jobs.read', { owner, cost: 'errand' }),
      schema: {
        tags,
        summary: 'Some rows of the result, as in the file or sorted by a column',
        params: paramsSchema,
        querystring: resultRowsQuerySchema,
        response: { 200: resultRowsSchema, ...problems },
      },
    },
    async (request, reply) =>
      results.rows(request.params.id, request.query, onlooker(request), untilClosed(reply)),
  );
}
