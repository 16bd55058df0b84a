import { MeshdeckError } from '../../errors.js';
import { elementTypes, type ElementType } from './element-types.js';
import { castTypes } from '../graph/cast-types.js';
import type { Dim, ValueInfo } from '../graph/value-info.js';

/** One input of a model, seen as columns of a table. */
export interface ModelInput {
  name: string;
  /** What cells become. */
  type: ElementType;
  /** Values for each row; undefined when the model takes any number. */
  width: number | undefined;
  /** Rows the model insists on at a time; undefined when it takes any number. */
  batchRows: number | undefined;
  /** Dimensions of a tensor of `rows` rows with `width` values each. */
  dims: (rows: number, width: number) => number[];
  /** The shape as the model states it, `?` for what it leaves open. */
  shape: string;
  /** More than a matrix: an image or a series. */
  deep: boolean;
  /** Numbers are rounded to half floats, as the model takes them. */
  half?: boolean;
  /** The dimension along which rows stand; the first by default. A row's values stand in columns in the order of the rest. */
  rowAxis?: number;
}

/**
 * Reads an input's type and shape: `[N, F]` a matrix, `[N, 1]` or `[N]` a column, `[1, F]` one row at a time, `[F]` one
 * row with no batch dimension, `[N, C, H, W]` an image whose C*H*W values stand in columns in that order,
 * `[T, N, F]` with `rowAxis` 1 a series that has its time first, `[]` one value for all of a run, so one row at a time. An
 * input of unknown shape is taken for a matrix.
 *
 * @throws MeshdeckError model-unsupported for types and shapes no table can fill.
 */
export function describeInput({ name, type: stated }: ValueInfo, rowAxis = 0): ModelInput {
  if (stated.kind !== 'tensor') throw unfillable(name, `a ${stated.kind}`);
  const cast = castTypes.get(stated.elements);
  const wanted = cast?.fills === true ? cast.type : stated.elements;
  const type = elementTypes.find((known) => known === wanted);
  if (type === undefined) throw unfillable(name, stated.elements);
  const sizes = stated.shape ?? [null, null];
  const shape = shapeText(sizes);
  const half = stated.elements === 'float16';
  const base = { name, type, shape, deep: sizes.length > 2, rowAxis, half };
  const [first] = sizes;
  if (first === undefined) return { ...base, width: 1, batchRows: 1, dims: () => [] };
  if (sizes.length === 1) {
    if (typeof first !== 'number') return { ...base, width: 1, batchRows: undefined, dims: (rows) => [rows] };
    return { ...base, width: first, batchRows: 1, dims: () => [first] };
  }
  const rest = sizes.filter((_, at) => at !== rowAxis);
  const open = rest.filter((dim) => typeof dim !== 'number').length;
  if (open > 1) {
    throw new MeshdeckError(
      'model-unsupported',
      `The model's input "${name}" leaves its shape open (${shape}). Export it with a fixed size for each row.`,
    );
  }
  const known = rest.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1);
  const batch = sizes[rowAxis];
  return {
    ...base,
    width: open === 0 ? known : undefined,
    batchRows: typeof batch === 'number' ? batch : undefined,
    dims: (rows, width) =>
      sizes.map((dim, at) => (at === rowAxis ? rows : typeof dim === 'number' ? dim : width / known)),
  };
}

/** A shape for people: `[?, 3]`. */
export function shapeText(sizes: readonly Dim[]): string {
  return `[${sizes.map((dim) => (typeof dim === 'number' ? dim : '?')).join(', ')}]`;
}

function unfillable(name: string, kind: string): MeshdeckError {
  return new MeshdeckError(
    'model-unsupported',
    `The model's input "${name}" is ${kind}, which a CSV cannot fill. Export it with float32 inputs.`,
  );
}
