import { MeshdeckError } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { FastifyRequest } from 'fastify';
import { localPersonId } from '../../users/types.js';
import { originOf } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { isOverLan } from '../origin-check.js';
import { serve } from '../serve.js';
import { startSession } from '../start-session.js';
import { countWrongCodes } from '../wrong-codes.js';
import type { SignInRouteDependencies } from './sign-in.js';

const onlyThere =
  'This link is good on the hub\u2019s own computer only. There, "meshdeck users create" makes an account that signs in from anywhere.';

/**
 * What one-time links are good for, and their use. Each is a call of a page of ours: a link that merely is followed, from
 * wherever, opens that page and signs nobody in.
 */
export function oneTimeLinkRoutes(app: PeopleApp, { access, people }: SignInRouteDependencies): void {
  const { signIn } = people;

  serve(app, contract.oneTimeLinks.look, ({ body: { code } }, request) =>
    countWrongCodes(access, request, async () => {
      refuseElsewhere(request, code);
      return signIn.look(code);
    }),
  );

  serve(app, contract.oneTimeLinks.signIn, async ({ body: { code } }, request, reply) => {
    const secret = await countWrongCodes(access, request, async () => {
      refuseElsewhere(request, code);
      return signIn.withLink(code, originOf(request));
    });
    return people.account.me(await startSession({ access, people }, { request, reply, secret }));
  });

  serve(app, contract.oneTimeLinks.choosePassword, async ({ body }, request, reply) => {
    const { account, secret } = await countWrongCodes(access, request, () =>
      signIn.choosePassword(body, originOf(request)),
    );
    request.auditTarget = account.email;
    return people.account.me(await startSession({ access, people }, { request, reply, secret }));
  });

  /** Not used up by that. */
  function refuseElsewhere(request: FastifyRequest, code: string): void {
    if (!isOverLan(request.raw) || access.lookAtLink(code)?.personId !== localPersonId) return;
    throw new MeshdeckError('forbidden', onlyThere);
  }
}
