import { deadLetterChoiceSchema, deadLetterOutcomeSchema, deadLetterPageSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import type { DeadLetterServices } from '../services.js';
import { submitterOf } from '../submitter.js';

const listQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.coerce.number().int().nonnegative().optional(),
});

/** A thousand ids. */
const choiceBytes = 256 * 1024;

export function deadLetterRoutes(app: PeopleApp, deadLetters: DeadLetterServices): void {
  const tags = ['jobs'];

  app.get(
    '/api/v1/dead-letters',
    {
      config: allow('jobs.read', { owner: 'narrowed', cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Failed jobs that nobody has dealt with, newest first, with every attempt of what failed',
        querystring: listQuerySchema,
        response: { 200: deadLetterPageSchema, ...problems },
      },
    },
    async (request) => {
      const { limit, before } = request.query;
      return deadLetters.list({
        limit,
        ...(before === undefined ? {} : { before }),
        ...(request.reach === 'own' && { owner: submitterOf(request).id }),
      });
    },
  );

  app.post(
    '/api/v1/dead-letters/rerun',
    {
      bodyLimit: choiceBytes,
      config: allow('jobs.rerun', { owner: 'narrowed', cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Runs dead letters again, each as a new job',
        body: deadLetterChoiceSchema,
        response: { 200: deadLetterOutcomeSchema, ...problems },
      },
    },
    async (request) => deadLetters.rerun(request.body, submitterOf(request)),
  );

  app.post(
    '/api/v1/dead-letters/dismiss',
    {
      bodyLimit: choiceBytes,
      config: allow('jobs.rerun', { owner: 'narrowed', cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Puts dead letters aside; the jobs stay on record as failed',
        body: deadLetterChoiceSchema,
        response: { 200: deadLetterOutcomeSchema, ...problems },
      },
    },
    async (request) => deadLetters.dismiss(request.body, submitterOf(request)),
  );
}
