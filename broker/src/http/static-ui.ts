import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import { MeshdeckError, toFailure } from '@meshdeck/shared';
import type { PeopleApp } from './fastify.js';
import { problemOf, sendProblem } from './problems.js';

const hashed = `${sep}assets${sep}`;

/**
 * Serves the built UI. It holds nothing secret, so it needs no session: the page itself says how to get one. Pages
 * are told apart in the browser, so every address that is no file and no API gives the one page there is.
 */
export async function registerStaticUi(app: PeopleApp, uiDir: string | undefined): Promise<void> {
  const built = uiDir !== undefined && existsSync(join(uiDir, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: uiDir,
      cacheControl: false,
      setHeaders(response, path) {
        const cache = path.includes(hashed) ? 'public, max-age=31536000, immutable' : 'no-cache';
        response.header('cache-control', cache);
      },
    });
  }

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const wantsPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      request.headers.accept?.includes('text/html') === true &&
      !/^\/(api|agent|mqtt|metrics)(\/|$)/.test(path);
    if (wantsPage && built) return reply.sendFile('index.html');
    const message = wantsPage
      ? 'The pages are not built. Run "npm run build" and start the hub again.'
      : `There is nothing at ${request.method} ${path.slice(0, 200)}. See /api/openapi.json for what there is.`;
    return sendProblem(reply, problemOf(toFailure(new MeshdeckError('not-found', message))));
  });
}
