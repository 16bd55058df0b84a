import { MeshdeckError } from '@meshdeck/shared';
import { shortened } from './loading/load-failure.js';

/** An error that ONNX Runtime threw while it ran the batch that begins on `line`. */
export function runFailure(error: unknown, line: number): MeshdeckError {
  if (error instanceof MeshdeckError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  if (
    /bad_alloc|bad allocation|failed to allocate|out of memory|Array buffer allocation failed/i.test(detail)
  ) {
    return new MeshdeckError(
      'app-memory-limit',
      'The model needs more memory than there is for its intermediate values.',
      { cause: error },
    );
  }
  const operator = /while running (\w+) node/.exec(detail)?.[1];
  const where = `The model failed on the rows from line ${line} on`;
  const told = causes.find(([pattern]) => pattern.test(detail))?.[1];
  const at = operator === undefined ? '' : ` in its operator ${operator}`;
  return new MeshdeckError(
    'model-unsupported',
    told === undefined
      ? `${where}${at}. Check that the columns are those it was trained on. ONNX Runtime says: ${statusOf(detail)}`
      : `${where}${at}: ${told} ONNX Runtime says: ${statusOf(detail)}`,
    { cause: error },
  );
}

const causes: [pattern: RegExp, told: string][] = [
  [
    /Unknown Category/,
    'a text is not among the categories it was trained on, and it has no rule for others. Mend the text, or export the model with handle_unknown="ignore".',
  ],
  [
    /out of data bounds|out of bounds|index out of range/i,
    'a whole number in the table is larger than the list that the model looks it up in.',
  ],
  [
    /Got invalid dimensions|dimension mismatch|cannot be broadcast|invalid expand shape|K: \d+ N: \d+/i,
    'it was built for another number of values in a row. Check that the columns are those it was trained on.',
  ],
  [
    /cannot be reshaped|ReshapeHelper|reshape/i,
    'it was exported for another number of values or rows. Export it with an open batch size inside too.',
  ],
];

/** The runtime's own sentence behind its preamble. */
function statusOf(detail: string): string {
  const status = /Status Message: ([\s\S]*)/.exec(detail)?.[1] ?? detail;
  const place = /\S+\.(?:cc|h|cpp):\d+ (?:\S+::\S+ )?/g;
  // A broken condition in C++, with what it means behind it.
  const condition = /^[\s\S]*? was false\.\s+(?=\S)/;
  return shortened(status.replace(place, '').replace(condition, ''));
}
