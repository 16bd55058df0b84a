import {
  choosePasswordRequestSchema,
  codeRequestSchema,
  codeViewSchema,
  MeshdeckError,
  meSchema,
} from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import { localPersonId } from '../../users/types.js';
import { problems } from '../answers.js';
import { originOf } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { isOverLan } from '../home-guard.js';
import { openToAnyone } from '../route-access.js';
import type { HubServices } from '../services.js';
import { startSession } from '../start-session.js';
import { countWrongCodes } from '../wrong-codes.js';

const onlyThere =
  'This link is good on the hub\u2019s own computer only. There, "meshdeck users create" makes an account that signs in from anywhere.';

/**
 * What one-time links are good for, and their use. Each is a call of a page of ours: a link that merely is followed, from
 * wherever, opens that page and signs nobody in.
 */
export function oneTimeLinkRoutes(
  app: PeopleApp,
  { access, people }: Pick<HubServices, 'access' | 'people'>,
): void {
  const { signIn } = people;
  const tags = ['people'];
  const security: [] = [];

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
    async (request) =>
      countWrongCodes(access, request, async () => {
        const { code } = request.body;
        refuseElsewhere(request, code);
        return signIn.look(code);
      }),
  );

  app.post(
    '/api/v1/one-time-links/sign-in',
    {
      config: openToAnyone('links.use'),
      schema: {
        tags,
        security,
        summary: 'Signs a browser in by a one-time link',
        body: codeRequestSchema,
        response: { 200: meSchema, ...problems },
      },
    },
    async (request, reply) => {
      const secret = await countWrongCodes(access, request, async () => {
        const { code } = request.body;
        refuseElsewhere(request, code);
        return signIn.withLink(code, originOf(request));
      });
      return people.account.me(await startSession({ access, people }, { request, reply, secret }));
    },
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
      const { account, secret } = await countWrongCodes(access, request, () =>
        signIn.choosePassword(request.body, originOf(request)),
      );
      request.auditTarget = account.email;
      return people.account.me(await startSession({ access, people }, { request, reply, secret }));
    },
  );

  /** Not used up by that. */
  function refuseElsewhere(request: FastifyRequest, code: string): void {
    if (!isOverLan(request.raw) || access.lookAtLink(code)?.personId !== localPersonId) return;
    throw new MeshdeckError('forbidden', onlyThere);
  }
}
