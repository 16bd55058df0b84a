import helmet from '@fastify/helmet';
import type { PeopleApp } from './fastify.js';

/**
 * What a page of ours may do. No inline script and no inline style sheet; style attributes are allowed because
 * Svelte's `style:` and chart.js set them. `'self'` does not cover WebSockets in every browser.
 */
export async function registerSecurityHeaders(app: PeopleApp): Promise<void> {
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
        connectSrc: ["'self'", 'ws://127.0.0.1:*', 'ws://localhost:*'],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP on loopback: there is nothing to hold browsers to.
    hsts: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
}
