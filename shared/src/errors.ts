import * as z from 'zod';

/**
 * Every way Meshdeck says no. The code is for programs; the message is one sentence for people that says what
 * happened and what to do. Grouped by blast radius: the first group is the caller's to mend, the second the
 * app's, the third the machine's, the last ours.
 */
export const errorCodes = [
  // The caller's request
  'invalid-request',
  'invalid-config',
  'not-found',
  'already-exists',
  'unauthorized',
  'forbidden',
  'too-large',
  'conflict',
  'sign-in-failed',
  'password-weak',
  'too-many-requests',
  'limit-reached',
  // What was handed in: model, app, table
  'model-invalid',
  'model-unsupported',
  'app-invalid',
  'archive-unsafe',
  'csv-empty',
  'csv-malformed',
  'csv-column-mismatch',
  'csv-value-invalid',
  'csv-ambiguous',
  'picture-invalid',
  'picture-ambiguous',
  // The app while it ran
  'app-crashed',
  'app-timeout',
  'app-memory-limit',
  'app-output-limit',
  'app-no-output',
  // The machine or the network
  'runtime-missing',
  'requirements-failed',
  'node-lost',
  'node-refused',
  'transfer-failed',
  'hash-mismatch',
  'no-eligible-node',
  'cancelled',
  // Joining
  'token-invalid',
  'token-used-up',
  'pairing-required',
  'pairing-failed',
  'code-mismatch',
  'identity-cloned',
  'hub-key-changed',
  'hub-unreachable',
  'several-hubs',
  'hub-untrusted',
  'provider-unreachable',
  // The hub itself
  'port-taken',
  'data-dir-unwritable',
  'data-dir-in-use',
  // Its own or the machine's: the words say which
  'disk-full',
  'internal',
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** What crosses a process or a wire when something failed. `detail` is the technical line, shown folded. */
export const failureSchema = z.object({
  code: errorCodeSchema,
  message: z.string().max(2000),
  detail: z.string().max(8000).optional(),
});
export type Failure = z.infer<typeof failureSchema>;

/** A cause's own words; a schema's list of issues is none for people, its sentence is in the message already. */
function detailOf(cause: unknown): string | undefined {
  return cause instanceof Error && !('issues' in cause) ? cause.message : undefined;
}

export class MeshdeckError extends Error {
  override readonly name = 'MeshdeckError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  /** `message` is a sentence for people; `detail` the technical line behind it. */
  constructor(code: ErrorCode, message: string, options: { cause?: unknown; detail?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail ?? detailOf(options.cause);
  }
}

/** Any thrown value as a failure that can be sent or stored; strangers become `internal`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof MeshdeckError) {
    const failure: Failure = { code: error.code, message: error.message.slice(0, 2000) };
    if (error.detail !== undefined) failure.detail = error.detail.slice(0, 8000);
    return failure;
  }
  const detail = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: 'Something went wrong inside Meshdeck.',
    detail: detail.slice(0, 8000),
  };
}

export function fromFailure(failure: Failure): MeshdeckError {
  return new MeshdeckError(
    failure.code,
    failure.message,
    failure.detail === undefined ? {} : { detail: failure.detail },
  );
}

/** Closes a union: the compiler proves that `value` cannot exist. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
