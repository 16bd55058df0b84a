import { MeshdeckError } from '@meshdeck/shared';
import type { InferenceSession } from 'onnxruntime-node';
import { elementTypes, type ElementType } from './element-types.js';

/** One input of a model, seen as columns of a table. */
export interface ModelInput {
  name: string;
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
}

/**
 * Reads an input's type and shape: `[N, F]` a matrix, `[N, 1]` or `[N]` a column, `[1, F]` one row at a time, `[F]` one
 * row with no batch dimension, `[N, C, H, W]` an image whose C*H*W values stand in columns in that order.
 *
 * @throws MeshdeckError model-unsupported for types and shapes no table can fill.
 */
export function describeInput(metadata: InferenceSession.ValueMetadata): ModelInput {
  const { name } = metadata;
  const type = metadata.isTensor ? elementTypes.find((known) => known === metadata.type) : undefined;
  if (!metadata.isTensor || type === undefined) {
    const kind = metadata.isTensor ? metadata.type : 'a sequence or map';
    throw new MeshdeckError(
      'model-unsupported',
      `The model's input "${name}" is ${kind}, which a CSV cannot fill. Export it with float32 inputs.`,
    );
  }
  const { shape } = metadata;
  const stated = `[${shape.map((dim) => (typeof dim === 'number' ? dim : '?')).join(', ')}]`;
  const base = { name, type, shape: stated, deep: shape.length > 2 };
  const [first, ...rest] = shape;
  if (first === undefined) {
    return { ...base, width: undefined, batchRows: undefined, dims: (rows, width) => [rows, width] };
  }
  if (rest.length === 0) {
    if (typeof first !== 'number') return { ...base, width: 1, batchRows: undefined, dims: (rows) => [rows] };
    return { ...base, width: first, batchRows: 1, dims: () => [first] };
  }
  const open = rest.filter((dim) => typeof dim !== 'number').length;
  if (open > 1) {
    throw new MeshdeckError(
      'model-unsupported',
      `The model's input "${name}" leaves its shape open (${stated}). Export it with a fixed size for each row.`,
    );
  }
  const known = rest.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1);
  return {
    ...base,
    width: open === 0 ? known : undefined,
    batchRows: typeof first === 'number' ? first : undefined,
    dims: (rows, width) => [rows, ...rest.map((dim) => (typeof dim === 'number' ? dim : width / known))],
  };
}
