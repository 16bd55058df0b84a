import { castTypes } from '../graph/cast-types.js';
import type { DataFlow } from '../graph/data-flow.js';
import type { ModelOutput } from '../graph/model-outputs.js';
import { productOf, type Size } from '../graph/rows/row-state.js';
import { createElements } from '../inputs/element-types.js';
import type { OutputType, OutputValues } from '../outputs/model-output.js';

/** Values wider than this are not made up. */
const widest = 100_000;

/**
 * One row of values as an output would give them, made up from what the graph knows of its type and sizes: `likely` ones
 * sum to 1 as probabilities do. Undefined where the graph does not tell how many there are.
 */
export function trialValues(flow: DataFlow, output: ModelOutput, likely: boolean): OutputValues | undefined {
  const { tensors, name } = output;
  const [first] = tensors;
  if (first === undefined) return undefined;
  const sizes = tensors.map(({ value, rows }) => sizesOf(flow, output, value, rows));
  const widths = sizes.map((size) => (size === undefined ? null : productOf(size)));
  const width = widths.reduce<Size>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  const type = elementsOf(flow, output, first.value);
  if (width === null || width < 1 || width > widest || type === undefined) return undefined;
  const rank = sizes[0]?.filter((size) => size !== null && size > 1).length ?? 0;
  const data = createElements(
    type === 'float16' || type === 'uint4' || type === 'int4' ? 'float32' : type,
    width,
  );
  if (data instanceof Float32Array || data instanceof Float64Array) data.fill(likely ? 1 / width : 3);
  return { name, type, width, rank: tensors.length > 1 ? rank + 1 : rank, data };
}

/** A row's sizes: as the rows were followed through the graph, else as the file states them. */
function sizesOf(
  flow: DataFlow,
  { label, score }: ModelOutput,
  value: string,
  rows: ModelOutput['tensors'][number]['rows'],
): Size[] | undefined {
  if (rows?.kind === 'rows') {
    const inner = rows.dims.filter((_, axis) => axis !== rows.axis);
    if (!inner.includes(null)) return [...inner, rows.outer * rows.inner];
  }
  if (label !== undefined && label.by === 'classifier') return [1];
  if (score.kind === 'classifier' && !score.part && score.classes !== undefined)
    return [score.classes.length];
  const type = flow.said.get(value)?.type;
  if (type?.kind !== 'tensor' || type.shape === undefined) return undefined;
  const [first] = type.shape;
  // Nobody knows whether these are as many rows or one row's values.
  if (type.shape.length === 1 && typeof first === 'number' && first > 1) return undefined;
  const inner = type.shape.slice(1).map((size) => (typeof size === 'number' ? size : null));
  return inner.includes(null) ? undefined : inner;
}

const known = new Set<string>([
  ...['float32', 'float64', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'],
  ...['bool', 'string', 'float16'],
]);

function elementsOf(flow: DataFlow, { label, score }: ModelOutput, value: string): OutputType | undefined {
  const type = flow.said.get(value)?.type;
  const stated = type?.kind === 'tensor' ? type.elements : '';
  if (stated === 'float16') return 'float16';
  const cast = castTypes.get(stated)?.type ?? stated;
  if (known.has(cast)) return cast as OutputType;
  if (label?.by === 'classifier') {
    const texts = label.node.attributes.get('classlabels_strings')?.count() ?? 0;
    return texts > 0 ? 'string' : 'int64';
  }
  return score.kind === 'other' ? undefined : 'float32';
}
