import type { Server as HttpsServer } from 'node:https';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Person } from '../users/types.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route behind `requirePerson`. */
    person: Person | null;
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
