import type { Server as HttpsServer } from 'node:https';
import type { Reach } from '@meshdeck/shared';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Person } from '../users/types.js';
import type { CallPlace } from './call-place.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the doorkeeper; null only on routes open to anyone. */
    person: Person | null;
    /** How far the route's action reaches for this person. */
    reach: Reach;
    /** What the audit says the call was about, where its path does not. */
    auditTarget: string | null;
    /** What the audit adds. No secrets. */
    auditDetail: string | null;
    /** What the audit takes for the status, where the answer's own hides the outcome: a redirect that refuses. */
    auditStatus: number | null;
    /** Its share of the hub, given back when it is answered and its work is over; null where it takes none. */
    place: CallPlace | null;
    /** It brought a token, key or cookie that is none, or asked for what is somebody else's. */
    isSuspect: boolean;
    /** Bytes that were gone through for the answer and are not in it: they count as if they were. */
    readBytes: number;
  }
}

/** The people's API, and any part of it: routes with zod schemas, plain HTTP. */
export type PeopleApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The agents' API: the same over TLS. */
export type AgentApp = FastifyInstance<
  HttpsServer,
  RawRequestDefaultExpression<HttpsServer>,
  RawReplyDefaultExpression<HttpsServer>,
  FastifyBaseLogger,
  ZodTypeProvider
>;
