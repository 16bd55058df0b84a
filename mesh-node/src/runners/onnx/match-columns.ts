import { MeshdeckError, type ReadingOptions } from '@meshdeck/shared';
import { mismatch, severalMatrices, wrongCount } from './column-mismatch.js';
import { createColumnIndex } from './column-names.js';
import { asideRole, asideRoles } from './column-roles.js';
import type { ModelInput } from './model-input.js';

/** Which columns of the table go where. */
export interface ColumnPlan {
  /** For each input of the model, in its order: the columns that fill a row of it. */
  columns: number[][];
  /** Columns no input takes; they are copied to the result like every other. */
  aside: number[];
}

interface MatchRequest {
  inputs: readonly ModelInput[];
  header: readonly string[];
  /** For each column, whether it holds text and not one number. */
  textOnly: readonly boolean[];
  featureNames: readonly string[] | undefined;
  /** Columns that were told to feed no input. */
  told?: Pick<ReadingOptions, 'aside' | 'truth'>;
}

/**
 * Matches the table's columns to the model's inputs. Inputs of one value take the column of their name. An input of
 * several takes the columns named in the model's metadata, or `NAME_0`, `NAME_1`...; else the columns left over, in
 * order, with ids, labels and texts kept aside until the number fits.
 *
 * @throws MeshdeckError csv-column-mismatch saying what is missing, what is there, and what the model wants.
 */
export function matchColumns(request: MatchRequest): ColumnPlan {
  const { inputs, header } = request;
  const put = toldAside(request);
  const findAny = createColumnIndex(header);
  const find = (name: string) => findAny(name).filter((column) => !put.has(column));
  const wide = inputs.filter((input) => input.width !== 1);
  const onlyInput = inputs.length === 1;
  const columns = inputs.map((input) => {
    if (input.width === 1) {
      const found = find(input.name);
      if (found.length > 0 || !onlyInput) return found;
      return request.featureNames?.length === 1 ? find(request.featureNames[0] ?? '') : undefined;
    }
    return namedColumns(input, request, wide.length === 1, find);
  });
  refuseMissing(columns, request);
  const open = columns.filter((found) => found === undefined).length;
  if (open > 1) throw severalMatrices(wide, header);
  const used = new Set([...put, ...columns.flatMap((found) => found ?? [])]);
  const left = header.map((_, column) => column).filter((column) => !used.has(column));
  const complete = inputs.map((input, at) => columns[at] ?? columnsInOrder(input, left, request));
  const taken = new Set(complete.flat());
  return {
    columns: complete,
    aside: header.map((_, column) => column).filter((column) => !taken.has(column)),
  };
}

/** Columns that were told to be put aside. @throws MeshdeckError csv-column-mismatch for one that is not there */
function toldAside({ header, told = {} }: MatchRequest): Set<number> {
  const names = [...(told.aside ?? []), ...(told.truth === undefined ? [] : [told.truth])];
  return new Set(
    names.map((name) => {
      const at = header.indexOf(name);
      if (at >= 0) return at;
      throw new MeshdeckError('csv-column-mismatch', `The CSV has no column "${name}" to put aside.`);
    }),
  );
}

/** Columns of an input of several values by name; undefined when there are no names to go by. */
function namedColumns(
  input: ModelInput,
  { featureNames, header }: MatchRequest,
  alone: boolean,
  find: (name: string) => number[],
): number[] | undefined {
  const { width } = input;
  if (alone && featureNames !== undefined && (width === undefined || featureNames.length === width)) {
    const found = featureNames.map(find);
    const missing = featureNames.filter((_, at) => found[at]?.length !== 1);
    if (missing.length > 0) throw mismatch(missing, header, featureNames);
    return found.map(([column]) => column ?? 0);
  }
  if (width === undefined) return undefined;
  for (const first of [0, 1]) {
    const found = Array.from({ length: width }, (_, at) => find(`${input.name}_${first + at}`));
    if (found.every((candidates) => candidates.length === 1)) return found.map(([column]) => column ?? 0);
  }
  return undefined;
}

/** The features among `left`, in the table's order, as many as the input takes. */
function columnsInOrder(input: ModelInput, left: readonly number[], request: MatchRequest): number[] {
  const { header, textOnly } = request;
  const roles = new Map(
    left.map((column) => [
      column,
      asideRole(header[column] ?? '', input.type !== 'string' && textOnly[column] === true),
    ]),
  );
  const { width } = input;
  let features = [...left];
  for (const role of asideRoles) {
    // Ids and labels are never features of a matrix: with them in, a table that lacks a column would seem to fit.
    const sure = role === 'id' || role === 'label';
    if (!sure && (width === undefined ? role !== 'text' : features.length <= width)) continue;
    features = features.filter((column) => roles.get(column) !== role);
  }
  if (width !== undefined && features.length === width) return features;
  if (width === undefined && features.length > 0) return features;
  const aside = left.filter((column) => !features.includes(column));
  throw wrongCount(input, namesOf(features, header), namesOf(aside, header), header);
}

function namesOf(columns: readonly number[], header: readonly string[]): string[] {
  return columns.map((column) => header[column] ?? '');
}

/** Inputs of one value whose column is missing, or not the only one of its name. */
function refuseMissing(columns: readonly (number[] | undefined)[], { inputs, header }: MatchRequest): void {
  const single = inputs.filter((_, at) => columns[at] !== undefined);
  const ambiguous = inputs.find((input, at) => input.width === 1 && (columns[at]?.length ?? 0) > 1);
  if (ambiguous !== undefined) {
    throw new MeshdeckError(
      'csv-column-mismatch',
      `The CSV has more than one column that could be the model's "${ambiguous.name}". Rename all but one.`,
    );
  }
  const missing = inputs.filter((_, at) => columns[at]?.length === 0).map(({ name }) => name);
  if (missing.length === 0) return;
  throw mismatch(
    missing,
    header,
    single.map(({ name }) => name),
  );
}
