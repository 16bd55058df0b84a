import { contract } from '@meshdeck/shared/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { People } from '../../users/people.js';
import type { Entered } from '../../users/sign-in.js';
import type { LocalAccess } from '../../users/types.js';
import { originOf } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { startSession } from '../start-session.js';
import { countWrongCodes } from '../wrong-codes.js';

export interface SignInRouteDependencies {
  access: LocalAccess;
  people: Pick<People, 'signIn' | 'account' | 'newcomer'>;
}

/** The ways in, open to everybody. */
export function signInRoutes(app: PeopleApp, { access, people }: SignInRouteDependencies): void {
  const { signIn } = people;

  async function enter(request: FastifyRequest, reply: FastifyReply, { account, secret }: Entered) {
    request.auditTarget = account.email;
    return people.account.me(await startSession({ access, people }, { request, reply, secret }));
  }

  serve(app, contract.signIn.options, () => signIn.options());

  serve(app, contract.signIn.byPassword, async ({ body }, request, reply) => {
    // Whoever sits there now: the audit must not lay a wrong password at the door of the one before.
    request.person = null;
    request.auditTarget = body.email.trim().toLowerCase().slice(0, 254);
    return enter(request, reply, await signIn.withPassword(body, originOf(request)));
  });

  serve(app, contract.signIn.register, async ({ body }, request, reply) => {
    request.auditTarget = body.email;
    const entered = await countWrongCodes(access, request, () => signIn.register(body, originOf(request)));
    return { me: entered === null ? null : await enter(request, reply, entered) };
  });
}
