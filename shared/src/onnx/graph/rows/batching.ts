import type { ModelOutput } from '../model-outputs.js';
import type { RowPlace } from './row-place.js';

/**
 * How a loaded model takes rows, found by its graph and, where that does not tell, by running it. Kept with the model,
 * so that it is found once.
 */
export interface Batching {
  /** Rows to run at a time where it matters; undefined for any number. */
  chunk: number | undefined;
  /** By the tensor's name: where its rows lie. */
  places: Map<string, RowPlace>;
  /** Values may differ from run to run. */
  unsteady: boolean;
  /** Sentences for people. */
  notes: Set<string>;
  /** Whether it has been looked at by running. */
  proven: boolean;
}

/** What the graph tells. */
export function batchingOf(
  outputs: readonly ModelOutput[],
  unsteady: boolean,
  mended: readonly string[],
): Batching {
  const places = new Map<string, RowPlace>();
  const notes = new Set<string>();
  let chunk: number | undefined;
  for (const { name, tensors } of outputs) {
    for (const { fetch, rows } of tensors) {
      if (rows?.kind === 'rows') places.set(fetch, rows);
      if (rows?.kind !== 'lost') continue;
      if (rows.why === 'alone') {
        chunk = 1;
        notes.add(
          `Each row was run by itself: ${rows.operator} would make the output "${name}" depend on the rows that run together.`,
        );
      } else if (rows.why === 'baked' && rows.size !== undefined && chunk !== 1) chunk = rows.size;
    }
  }
  if (chunk !== undefined && notes.size === 0) notes.add(portionNote(chunk));
  if (unsteady) notes.add('The model draws random numbers: the same row may get another value in every run.');
  if (mended.length > 0) {
    notes.add(
      `The logistic function of the model's ${[...new Set(mended)].join(' and ')} was applied, which ONNX Runtime leaves out.`,
    );
  }
  return { chunk, places, unsteady, notes, proven: false };
}

/** What to say where rows are run in portions. */
export function portionNote(rows: number): string {
  const size = rows === 1 ? 'one row' : `${rows} rows`;
  return (
    `The model takes ${size} at a time, though its shape claims any number, and was run so. Faster: export it with an open ` +
    'batch size inside too (PyTorch: dynamic_axes or dynamic_shapes, and x.size(0) instead of a number in view and reshape).'
  );
}
