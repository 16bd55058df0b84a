import {
  choosePasswordRequestSchema,
  codeRequestSchema,
  codeViewSchema,
  MeshdeckError,
  meSchema,
  registerRequestSchema,
  signInOptionsSchema,
  signInRequestSchema,
} from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Entered } from '../../users/sign-in.js';
import { TooManyTries } from '../../users/too-many-tries.js';
import { problems } from '../answers.js';
import { originOf } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { openToAnyone } from '../route-access.js';
import type { HubServices } from '../services.js';
import { startSession } from '../start-session.js';

/** The ways in, open to everybody. */
export function signInRoutes(
  app: PeopleApp,
  { access, people }: Pick<HubServices, 'access' | 'people'>,
): void {
  const { signIn } = people;
  const tags = ['people'];
  const security: [] = [];

  const enter = async (request: FastifyRequest, reply: FastifyReply, entered: Entered) =>
    people.account.me(await startSession({ access, people }, { request, reply, entered }));

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
      const entered = await guarded(request, () => signIn.register(request.body, originOf(request)));
      return { me: entered === null ? null : await enter(request, reply, entered) };
    },
  );

  app.post(
    '/api/v1/one-time-links/look',
    {
      config: openToAnyone('links.look'),
      schema: {
        tags,
        security,
        summary: 'What a one-time link is good for; does not use it up',
        body: codeRequestSchema,
        response: { 200: codeViewSchema, ...problems },
      },
    },
    async (request) => guarded(request, async () => signIn.look(request.body.code)),
  );

  app.post(
    '/api/v1/one-time-links/password',
    {
      config: openToAnyone('password.choose', 'password'),
      schema: {
        tags,
        security,
        summary: 'Chooses a password by a one-time link and signs in',
        body: choosePasswordRequestSchema,
        response: { 200: meSchema, ...problems },
      },
    },
    async (request, reply) => {
      const entered = await guarded(request, () => signIn.choosePassword(request.body, originOf(request)));
      return enter(request, reply, entered);
    },
  );

  /** Codes cannot be guessed; who tries all the same is slowed like everybody with wrong tokens. */
  async function guarded<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isWrongCode = error instanceof MeshdeckError && error.code === 'token-invalid';
      const waitMs = isWrongCode ? access.noteFailure(request.ip) : 0;
      if (waitMs > 0) throw new TooManyTries(waitMs);
      throw error;
    }
  }
}
