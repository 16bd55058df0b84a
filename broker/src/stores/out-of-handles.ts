import { MeshdeckError } from '@meshdeck/shared';

/** Whether the process, or the whole system, may open no more files and connections. */
export function isOutOfHandles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}

export function outOfHandles(cause: unknown): MeshdeckError {
  return new MeshdeckError(
    'internal',
    'The hub may open no more files and connections: it has as many as its computer allows it. Try again in a moment; if it lasts, raise the limit (ulimit -n 65536, or LimitNOFILE=65536 in its service) and start the hub again.',
    { cause },
  );
}
