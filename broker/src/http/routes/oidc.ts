import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { createRedirectLimit } from '../../users/redirect-limit.js';
import { problems } from '../answers.js';
import { originOf, visitorOf } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { problemOf } from '../problems.js';
import { isOverLan } from '../home-guard.js';
import { openToAnyone } from '../route-access.js';
import type { HubServices } from '../services.js';
import { readCookie } from '../session-cookie.js';
import { startSession } from '../start-session.js';

const path = '/api/v1/sign-in/oidc';
const ticketSeconds = 600;

/**
 * The way in by OpenID Connect. A page of ours begins it, and the session is for that page's origin; whatever goes wrong
 * on the way back, the browser ends up on the sign-in page, which says why.
 */
export function oidcRoutes(app: PeopleApp, { access, people }: Pick<HubServices, 'access' | 'people'>): void {
  const { signIn } = people;
  const [begins, returns] = [createRedirectLimit(), createRedirectLimit()];
  const cookieName = (request: FastifyRequest) =>
    `${isOverLan(request.raw) ? '__Secure-' : ''}${access.cookieName}-oidc`;
  const tags = ['people'];
  const security: [] = [];

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

  app.post(
    path,
    {
      config: openToAnyone(null),
      schema: {
        tags,
        security,
        summary: 'Begins a sign-in by OpenID Connect; the page then opens the address it gets',
        response: { 200: z.object({ url: z.string() }), ...problems },
      },
    },
    async (request, reply) => {
      const chosen = provider();
      await begins.take(request.ip);
      const { originKeyHash } = originOf(request);
      const redirectUri = `${request.protocol}://${request.host}${path}/callback`;
      const { url, ticket } = await chosen.begin(redirectUri, originKeyHash);
      setTicket(request, reply, ticket);
      return { url };
    },
  );

  app.get(
    `${path}/callback`,
    {
      config: openToAnyone('sign-in'),
      exposeHeadRoute: false,
      schema: {
        tags,
        security,
        summary: 'Where the OpenID Connect provider sends the browser back to',
        response: {
          303: z.null().describe('The UI, or the sign-in page with the reason.'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
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
    },
  );
}
