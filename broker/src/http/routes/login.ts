import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import { fileAnswer, problems } from '../answers.js';
import { originOf, sendTooMany } from '../authentication.js';
import type { PeopleApp } from '../fastify.js';
import { openToAnyone } from '../route-access.js';
import type { HubServices } from '../services.js';
import { isOverLan } from '../home-guard.js';
import { sessionCookie } from '../session-cookie.js';

const usedUp = 'This link was used already or is older than five minutes. Open Meshdeck again for a new one.';
const onlyThere =
  'This link is good on the hub\u2019s own computer only. There, "meshdeck users create" makes an account that signs in from anywhere.';
/** Somebody looks at a browser here, not at a program's output. */
const usedUpPage = `<!doctype html><html lang="en"><title>Meshdeck</title><h1>Meshdeck</h1><p>${usedUp}</p></html>`;

const querySchema = z.object({
  link: z.string().max(200),
  /** A path of ours; anything that a browser could take for another host is not. */
  to: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u, 'must be a path that starts with one "/"')
    .default('/'),
});

/** Turns a one-time link into a session. No HEAD: a link checker would spend the link. */
export function loginRoute(app: PeopleApp, { access, people }: Pick<HubServices, 'access' | 'people'>): void {
  app.get(
    '/login',
    {
      config: openToAnyone('links.use'),
      exposeHeadRoute: false,
      schema: {
        tags: ['hub'],
        summary: 'Signs a browser in by a one-time link',
        security: [],
        querystring: querySchema,
        response: {
          303: z.null().describe('Signed in; the page is at the location.'),
          403: fileAnswer('A link that is no longer good, told to a browser.', 'text/html'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const overLan = isOverLan(request.raw);
      if (overLan && access.isLocalLink(request.query.link)) throw new MeshdeckError('forbidden', onlyThere);
      const secret = await access.redeemLink(request.query.link, originOf(request));
      if (secret !== null) {
        if (request.person?.sessionId != null) await people.account.signOut(request.person);
        request.person = people.identify({ bearer: null, cookie: secret, isOverLan: overLan });
        reply.header('set-cookie', sessionCookie(access.cookieName, secret, { secure: overLan }));
        return reply.redirect(request.query.to, 303);
      }
      // Somebody who is signed in already went back to the link.
      if (request.person !== null) return reply.redirect(request.query.to, 303);
      const waitMs = access.noteFailure(request.ip);
      if (waitMs > 0) return sendTooMany(reply, waitMs);
      if (request.headers.accept?.includes('text/html') === true) {
        return reply.code(403).type('text/html; charset=utf-8').send(usedUpPage);
      }
      throw new MeshdeckError('forbidden', usedUp);
    },
  );
}
