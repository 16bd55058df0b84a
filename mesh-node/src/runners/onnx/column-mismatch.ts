import { MeshdeckError } from '@meshdeck/shared';
import { createColumnIndex, listNames } from './column-names.js';
import type { ModelInput } from './model-input.js';

/** Columns that the model names and the table lacks. */
export function mismatch(
  missing: readonly string[],
  header: readonly string[],
  wanted: readonly string[],
): MeshdeckError {
  const find = createColumnIndex(wanted);
  const extra = header.filter((name) => find(name).length === 0);
  const wants = missing.length === wanted.length ? '' : ` The model wants ${listNames(wanted)}.`;
  const has = extra.length === 0 ? '' : ` It has ${listNames(extra)}, which the model does not know.`;
  const plural = missing.length === 1 ? 'the column' : `${missing.length} columns`;
  return new MeshdeckError(
    'csv-column-mismatch',
    `The CSV lacks ${plural} ${listNames(missing)}.${has}${wants}${undivided(header, wanted.length)}`,
  );
}

/** Too few or too many feature columns for a matrix. */
export function wrongCount(
  input: ModelInput,
  features: readonly string[],
  aside: readonly string[],
  header: readonly string[],
): MeshdeckError {
  const wanted = input.width === undefined ? 'at least one feature column' : countOf(input.width);
  const found = features.length === 0 ? 'none' : `${features.length}: ${listNames(features)}`;
  const kept = aside.length === 0 ? '' : ` Kept aside as no features: ${listNames(aside)}.`;
  const excess = features.length - (input.width ?? 1);
  const advice =
    excess > 0
      ? `Remove ${excess === 1 ? 'the extra column' : `${excess} extra columns`}.`
      : `Add ${excess === -1 ? 'the missing column' : `${-excess} missing columns`}, in the order of the training data.`;
  return new MeshdeckError(
    'csv-column-mismatch',
    `The model wants ${wanted} (input "${input.name}" ${input.shape}); the CSV has ${found}.${kept} ${advice}${undivided(header, input.width ?? 1)}`,
  );
}

/** A hint for a table whose columns stay together because something else stands between them. */
function undivided(header: readonly string[], wanted: number): string {
  return header.length === 1 && wanted > 1
    ? ' Its first line holds no comma, semicolon or tab, so the whole of it counts as one column.'
    : '';
}

function countOf(width: number): string {
  return width === 1 ? 'one feature column' : `${width} feature columns`;
}

/** Several inputs of several values each, and no names that tell which column is whose. */
export function severalMatrices(wide: readonly ModelInput[], header: readonly string[]): MeshdeckError {
  const [input] = wide;
  return new MeshdeckError(
    'csv-column-mismatch',
    `The model takes several groups of columns (${listNames(wide.map(({ name }) => name))}). Name the CSV's columns ` +
      `after them: "${input?.name}_0", "${input?.name}_1" and so on.${undivided(header, wide.length)}`,
  );
}
