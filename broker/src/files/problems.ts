import { MeshdeckError, formatBytes } from '@meshdeck/shared';
import { isDiskFull } from '../stores/store-health.js';

export function tooLarge(maxBytes: number): MeshdeckError {
  return new MeshdeckError(
    'too-large',
    `The file is larger than ${formatBytes(maxBytes)}, the most taken here. Send a smaller one, or raise the limit.`,
  );
}

export function hashMismatch(): MeshdeckError {
  return new MeshdeckError(
    'hash-mismatch',
    'The file that arrived is not the one that was announced: its SHA-256 differs. Send it again.',
  );
}

export function notHere(sha256: string): MeshdeckError {
  return new MeshdeckError('not-found', `The hub holds no file ${sha256.slice(0, 12)}. Upload it first.`);
}

/** A failure of disk or sender in words for people; everything else passes unchanged. */
export function transferError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (isDiskFull(error)) {
    return new MeshdeckError(
      'disk-full',
      "The hub's disk is full. Free some space on it, then send the file again.",
      { cause: error },
    );
  }
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
    return new MeshdeckError('transfer-failed', 'The upload was cut off before its end. Send it again.', {
      cause: error,
    });
  }
  return error;
}
