import { STATUS_CODES } from 'node:http';
import { MeshdeckError, toFailure, type ErrorCode, type Failure, type Problem } from '@meshdeck/shared';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isOutOfHandles, outOfHandles } from '../stores/out-of-handles.js';
import { diskFull, isDiskFull } from '../stores/store-health.js';
import { TooManyTries } from '../rate-limits/too-many-tries.js';

/** The HTTP status of every coded error. */
const statusByCode: Record<ErrorCode, number> = {
  'invalid-request': 400,
  'invalid-config': 400,
  'not-found': 404,
  'already-exists': 409,
  unauthorized: 401,
  forbidden: 403,
  'too-large': 413,
  conflict: 409,
  'sign-in-failed': 403,
  'password-weak': 422,
  'too-many-requests': 429,
  'limit-reached': 409,
  'model-invalid': 422,
  'model-unsupported': 422,
  'app-invalid': 422,
  'archive-unsafe': 422,
  'csv-empty': 422,
  'csv-malformed': 422,
  'csv-column-mismatch': 422,
  'csv-value-invalid': 422,
  'csv-ambiguous': 422,
  'picture-invalid': 422,
  'picture-ambiguous': 422,
  'app-crashed': 422,
  'app-timeout': 422,
  'app-memory-limit': 422,
  'app-output-limit': 422,
  'app-no-output': 422,
  'runtime-missing': 409,
  'requirements-failed': 422,
  'node-lost': 409,
  'node-refused': 409,
  'transfer-failed': 503,
  'hash-mismatch': 422,
  'no-eligible-node': 409,
  cancelled: 409,
  'token-invalid': 403,
  'token-used-up': 403,
  'pairing-required': 403,
  'pairing-failed': 403,
  'code-mismatch': 409,
  'identity-cloned': 409,
  'hub-key-changed': 409,
  'hub-unreachable': 503,
  'several-hubs': 409,
  'hub-untrusted': 502,
  'provider-unreachable': 503,
  'port-taken': 500,
  'data-dir-unwritable': 500,
  'data-dir-in-use': 500,
  'disk-full': 507,
  internal: 500,
};

/** A failure as problem details [RFC 9457 §3]. */
export function problemOf(failure: Failure, status = statusByCode[failure.code]): Problem {
  return {
    type: `urn:meshdeck:error:${failure.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: failure.message,
    code: failure.code,
    ...(failure.detail === undefined ? {} : { technical: failure.detail }),
  };
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Fastify's own refusals (no JSON, too long a body, unknown media type) in our words. */
function asMeshdeckError(error: unknown): unknown {
  if (error instanceof MeshdeckError || !(error instanceof Error)) return error;
  if (isDiskFull(error)) return diskFull(error);
  if (isOutOfHandles(error)) return outOfHandles(error);
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new MeshdeckError('too-large', 'The request body is larger than this call takes.', {
      cause: error,
    });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new MeshdeckError(
      'invalid-request',
      'This call takes JSON: send the header content-type: application/json.',
    );
  }
  if (error instanceof SyntaxError || code?.startsWith('FST_ERR_CTP') === true) {
    return new MeshdeckError('invalid-request', 'The request body is not valid JSON.', { cause: error });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new MeshdeckError('invalid-request', 'The request cannot be understood.', { cause: error });
  }
  return error;
}

/** Answers every error of a route; strangers are `internal`, told here and logged with their stack. */
export function errorAnswers(logger: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const failure = toFailure(asMeshdeckError(error));
    if (failure.code === 'internal') {
      const facts = { method: request.method, route: request.routeOptions.url };
      logger.error({ ...facts, error: failure.detail }, 'request failed');
      logger.debug({ ...facts, stack: error instanceof Error ? error.stack : undefined }, 'request failed');
    }
    if (error instanceof TooManyTries) reply.header('retry-after', Math.ceil(error.waitMs / 1000));
    // The sentence, never what was sent.
    request.auditDetail ??= failure.message;
    return sendProblem(reply, problemOf(failure));
  };
}
