import { MeshdeckError } from '@meshdeck/shared';

/** An error that ONNX Runtime threw while it ran the batch that begins on `line`. */
export function runFailure(error: unknown, line: number): MeshdeckError {
  const detail = error instanceof Error ? error.message : String(error);
  if (/bad_alloc|bad allocation|failed to allocate/i.test(detail)) {
    return new MeshdeckError(
      'app-memory-limit',
      'The model needs more memory than there is for its intermediate values.',
      { cause: error },
    );
  }
  return new MeshdeckError(
    'model-unsupported',
    `The model failed on the rows from line ${line} on. Check that the columns are those it was trained on.`,
    { cause: error },
  );
}
