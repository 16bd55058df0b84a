import { MeshdeckError } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createRedirectLimit } from '../../rate-limits/redirect-limit.js';
import { originOf, visitorOf } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { problemOf } from '../problems.js';
import { isOverLan } from '../origin-check.js';
import { serve } from '../serve.js';
import { readCookie } from '../session-cookie.js';
import { startSession } from '../start-session.js';
import type { SignInRouteDependencies } from './sign-in.js';

const { path } = contract.signIn.beginOidc;
const ticketSeconds = 600;

/**
 * The way in by OpenID Connect. A page of ours begins it, and the session is for that page's origin; whatever goes wrong
 * on the way back, the browser ends up on the sign-in page, which says why.
 */
export function oidcRoutes(app: PeopleApp, { access, people }: SignInRouteDependencies): void {
  const { signIn } = people;
  const [begins, returns] = [createRedirectLimit(), createRedirectLimit()];
  const cookieName = (request: FastifyRequest) =>
    `${isOverLan(request.raw) ? '__Secure-' : ''}${access.cookieName}-oidc`;

  // Lax, for the way back begins on the provider's page; there it is good for nothing but this.
  function setTicket(request: FastifyRequest, reply: FastifyReply, ticket: string | null): void {
    const life = ticket === null ? 0 : ticketSeconds;
    const secure = isOverLan(request.raw) ? '; Secure' : '';
    reply.header(
      'set-cookie',
      `${cookieName(request)}=${ticket ?? ''}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${life}${secure}`,
    );
  }

  function provider() {
    if (signIn.redirect !== null) return signIn.redirect;
    throw new MeshdeckError(
      'not-found',
      'No OpenID Connect provider is set up on this hub. Sign in with a password.',
    );
  }

  function backToSignIn(request: FastifyRequest, reply: FastifyReply, error: unknown) {
    const known =
      error instanceof MeshdeckError ? error : new MeshdeckError('internal', 'It failed.', { cause: error });
    if (known.code === 'internal') request.log.error({ error: String(error) }, 'sign-in failed');
    request.person = null;
    request.auditStatus = problemOf(known).status;
    request.auditDetail = known.code;
    // A code, not words: whoever makes a link must not put words on our page.
    return reply.redirect(`/?sign-in-problem=${known.code}`, 303);
  }

  serve(app, contract.signIn.beginOidc, async (_asked, request, reply) => {
    const chosen = provider();
    await begins.take(request.ip);
    const { originKeyHash } = originOf(request);
    const redirectUri = `${request.protocol}://${request.host}${path}/callback`;
    const { url, ticket } = await chosen.begin(redirectUri, originKeyHash);
    setTicket(request, reply, ticket);
    return { url };
  });

  serve(app, contract.signIn.finishOidc, async (_asked, request, reply) => {
    const chosen = provider();
    setTicket(request, reply, null);
    request.auditTarget = chosen.title;
    request.auditDetail = chosen.id;
    try {
      const { searchParams } = new URL(request.url, 'http://hub');
      const ticket = readCookie(request.headers.cookie, cookieName(request));
      // Only who has begun makes the hub ask the provider; other sites' pages bring no ticket.
      if (ticket !== null) await returns.take(request.ip);
      const { identity, originKeyHash } = await chosen.finish(ticket, searchParams);
      request.auditTarget = identity.email;
      const from = { ...visitorOf(request), originKeyHash };
      const { account, secret } = await signIn.enter(await signIn.adopt(identity), from);
      request.auditTarget = account.email;
      await startSession({ access, people }, { request, reply, secret });
      return await reply.redirect('/', 303);
    } catch (error) {
      return backToSignIn(request, reply, error);
    }
  });
}
