import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import type { Person } from '../users/types.js';
import type { Submitter } from '../users/submitter.js';

/** Whoever makes this call; the doorkeeper has let nobody else through. */
export function callerOf(request: FastifyRequest): Person {
  if (request.person !== null) return request.person;
  throw new MeshdeckError('unauthorized', 'The hub does not know who you are. Sign in first.');
}

/** The same, as whom a job or an app will belong to. */
export function submitterOf(request: FastifyRequest): Submitter {
  const { id, name } = callerOf(request);
  return { id, name, reach: request.reach };
}
