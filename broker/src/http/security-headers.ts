import helmet from '@fastify/helmet';
import type { PeopleApp } from './fastify.js';
import { isOverLan } from './origin-check.js';

const halfYearSeconds = 182 * 24 * 3600;

/**
 * What a page of ours may do. No inline script and no inline style sheet; style attributes are allowed because
 * Svelte's `style:` and chart.js set them. `'self'` does not cover WebSockets in every browser.
 */
export async function registerSecurityHeaders(
  app: PeopleApp,
  { isVouchedFor }: { isVouchedFor: () => boolean },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        // The host has been held against our own names before this.
        connectSrc: [
          "'self'",
          (request) =>
            isOverLan(request) ? `wss://${request.headers.host ?? ''}` : 'ws://127.0.0.1:* ws://localhost:*',
        ],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  // A browser that is held to HTTPS lets nobody through a warning any more [RFC 6797 §12.1]: with a certificate that
  // nobody vouches for the hub could not be opened again. Not for sub-domains, which are somebody else's.
  app.addHook('onRequest', async (request, reply) => {
    if (isOverLan(request.raw) && isVouchedFor()) {
      reply.header('strict-transport-security', `max-age=${halfYearSeconds}`);
    }
  });
}
