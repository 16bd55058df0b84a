import { MeshdeckError } from '@meshdeck/shared';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';

/** Codes of openid-client for an answer that came but is not the one that was asked for. */
const doesNotFit = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_INVALID_SIGNATURE',
]);

export const notThisSignIn = (cause?: unknown) =>
  new MeshdeckError(
    'token-invalid',
    'This sign-in is too old or was not begun in this browser. Begin it again.',
    {
      cause,
    },
  );

/** What went wrong, where it is about this sign-in; null where it is about the provider. */
export function refusalFrom(error: unknown, title: string): MeshdeckError | null {
  if (error instanceof AuthorizationResponseError) {
    return new MeshdeckError(
      'sign-in-failed',
      `${title} did not sign you in. Try again, or ask its admins.`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof ResponseBodyError)
    return error.error === 'invalid_grant' ? notThisSignIn(error) : null;
  if (error instanceof ClientError && doesNotFit.has(error.code ?? '')) return notThisSignIn(error);
  return null;
}
