import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import { MeshdeckError, openedByHandName, toFailure } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
    app.get('/login', { exposeHeadRoute: false, schema: { hide: true } }, (request, reply) =>
      sendSignInPage(request, reply, join(uiDir, 'index.html')),
    );
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

/**
 * The page behind a one-time link, which signs in by a call of its own. It asks first, unless it is told here that its
 * address was typed, pasted or opened by a program, or that a page of ours led to it: the browser says so with the
 * request for this very page, which no other site's page can change [Fetch Metadata §2.2].
 */
async function sendSignInPage(request: FastifyRequest, reply: FastifyReply, indexFile: string) {
  const site = request.headers['sec-fetch-site'];
  const mark = site === 'none' || site === 'same-origin' ? `<meta name="${openedByHandName}" />` : '';
  const page = await readFile(indexFile, 'utf8');
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(page.replace('<head>', `<head>${mark}`));
}
