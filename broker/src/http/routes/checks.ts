import { checkRequestSchema, checkViewSchema } from '@meshdeck/shared';
import { problems, untilClosed } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import type { CheckServices } from '../services.js';
import { submitterOf } from '../submitter.js';

export function checkRoutes(app: PeopleApp, checks: CheckServices): void {
  app.post(
    '/api/v1/checks',
    {
      config: allow('jobs.check', { owner: 'narrowed', cost: 'errand' }),
      schema: {
        tags: ['jobs'],
        summary: 'How an app would read a stored table: a dry run on its first rows, without a job',
        description:
          'Answers within 20 s. What is wrong with the table or the model is in the answer (`ok`, `failure`), with as much of the reading as there was.',
        body: checkRequestSchema,
        response: { 200: checkViewSchema, ...problems },
      },
    },
    async (request, reply) => checks.check(request.body, submitterOf(request), untilClosed(reply)),
  );
}
