import { meSchema, registerRequestSchema, signInOptionsSchema, signInRequestSchema } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Entered } from '../../users/sign-in.js';
import { problems } from '../answers.js';
import { originOf } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { openToAnyone } from '../route-access.js';
import type { HubServices } from '../services.js';
import { startSession } from '../start-session.js';
import { countWrongCodes } from '../wrong-codes.js';

/** The ways in, open to everybody. */
export function signInRoutes(
  app: PeopleApp,
  { access, people }: Pick<HubServices, 'access' | 'people'>,
): void {
  const { signIn } = people;
  const tags = ['people'];
  const security: [] = [];

  async function enter(request: FastifyRequest, reply: FastifyReply, { account, secret }: Entered) {
    request.auditTarget = account.email;
    return people.account.me(await startSession({ access, people }, { request, reply, secret }));
  }

  app.get(
    '/api/v1/sign-in',
    {
      config: openToAnyone(null),
      schema: {
        tags,
        security,
        summary: 'The ways to sign in and to get an account',
        response: { 200: signInOptionsSchema, ...problems },
      },
    },
    async () => signIn.options(),
  );

  app.post(
    '/api/v1/sign-in',
    {
      config: openToAnyone('sign-in', 'password'),
      schema: {
        tags,
        security,
        summary: 'Signs a browser in by e-mail address and password',
        body: signInRequestSchema,
        response: { 200: meSchema, ...problems },
      },
    },
    async (request, reply) => {
      // Whoever sits there now: the audit must not lay a wrong password at the door of the one before.
      request.person = null;
      request.auditTarget = request.body.email.trim().toLowerCase().slice(0, 254);
      return enter(request, reply, await signIn.withPassword(request.body, originOf(request)));
    },
  );

  app.post(
    '/api/v1/register',
    {
      config: openToAnyone('register', 'password'),
      schema: {
        tags,
        security,
        summary: 'Makes an account: by an invitation, or where registration is open',
        description:
          'Without an invitation the answer is the same whether the address was free or not: sign in next.',
        body: registerRequestSchema,
        response: { 200: z.object({ me: meSchema.nullable() }), ...problems },
      },
    },
    async (request, reply) => {
      request.auditTarget = request.body.email;
      const entered = await countWrongCodes(access, request, () =>
        signIn.register(request.body, originOf(request)),
      );
      return { me: entered === null ? null : await enter(request, reply, entered) };
    },
  );
}
