import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bodyTimeoutMs } from './connection-limits.js';

/** What our own programs and pages send is far below; the few calls that take more say so. */
export const usualBodyBytes = 64 * 1024;

const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();

/**
 * A body that is held in memory has so long to come, from when it is the call's turn. Raw bodies, which are not, have
 * their own (`raw-uploads.ts`).
 */
export function limitBodies(app: Pick<FastifyInstance, 'addHook'>, timeoutMs = bodyTimeoutMs): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const hasBody =
      request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
    if (hasBody) timers.set(request, setTimeout(() => request.raw.socket.destroy(), timeoutMs).unref());
    done(null, payload);
  });
  app.addHook('preValidation', (request, _reply, done) => {
    clearTimeout(timers.get(request));
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    clearTimeout(timers.get(request));
    done();
  });
}
