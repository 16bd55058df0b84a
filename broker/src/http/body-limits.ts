import type { IncomingMessage } from 'node:http';
import { bodyTimeoutMs } from './connection-limits.js';

/** What our own programs and pages send is far below; the few calls that take more say so. */
export const usualBodyBytes = 64 * 1024;

interface Call {
  raw: IncomingMessage;
}
type Done = () => void;

/**
 * A body that is held in memory has so long to come, from when it is the call's turn. Raw bodies, which are not, have
 * their own (`raw-uploads.ts`). The hooks of an app, by their names.
 */
export function bodyTimer(timeoutMs = bodyTimeoutMs) {
  const timers = new WeakMap<Call, NodeJS.Timeout>();
  const stop = (call: Call): void => clearTimeout(timers.get(call));
  return {
    preParsing(call: Call, _reply: unknown, payload: unknown, done: (error: null, payload: never) => void) {
      const { headers, socket } = call.raw;
      if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
        timers.set(call, setTimeout(() => socket.destroy(), timeoutMs).unref());
      }
      done(null, payload as never);
    },
    preValidation(call: Call, _reply: unknown, done: Done) {
      stop(call);
      done();
    },
    onResponse(call: Call, _reply: unknown, done: Done) {
      stop(call);
      done();
    },
  };
}
