import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import { TooManyTries } from '../rate-limits/too-many-tries.js';
import type { LocalAccess } from '../users/types.js';

/** Codes cannot be guessed; who tries all the same is slowed like everybody with wrong tokens. */
export async function countWrongCodes<T>(
  access: Pick<LocalAccess, 'noteFailure'>,
  request: Pick<FastifyRequest, 'ip'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isWrongCode = error instanceof MeshdeckError && error.code === 'token-invalid';
    const waitMs = isWrongCode ? access.noteFailure(request.ip) : 0;
    if (waitMs > 0) throw new TooManyTries(waitMs);
    throw error;
  }
}
