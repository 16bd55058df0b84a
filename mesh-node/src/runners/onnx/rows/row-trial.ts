import type { RowPlace } from '@meshdeck/shared/onnx';
import { Tensor } from 'onnxruntime-node';
import { rowsFirst } from './gather-rows.js';

type Feeds = Record<string, Tensor>;

/** Two batches to hold against each other: the second holds the rows `order` of the first. */
export interface RowTrial {
  /** The first batch; undefined where the one that was run serves. */
  first: Feeds | undefined;
  rows: number;
  second: Feeds;
  order: number[];
}

const looked = 50;
/** As many rows as tell an axis of rows from one of the same size by chance. */
const triedRows = 3;

/**
 * A few rows of a batch in another order, some of them more than once where the model insists on a number. Where rows are alike,
 * or there is one only, copies with other floats stand in: equal rows would hide that the model mixes them.
 */
export function tryRows({
  feeds,
  places,
  rows,
  fixed,
  select,
}: {
  feeds: Feeds;
  places: ReadonlyMap<string, RowPlace>;
  rows: number;
  /** Rows that every batch has to hold. */
  fixed: number | undefined;
  select: (feeds: Feeds, rows: number, order: readonly number[]) => Feeds;
}): RowTrial {
  const other = differingRow(feeds, places, rows);
  if (other !== undefined) {
    const order = fixed === undefined ? (rows === 2 ? [1, 0, 1] : [other, 0]) : someOf(rows, other);
    return { first: undefined, rows, second: select(feeds, rows, order), order };
  }
  const count = fixed ?? triedRows;
  const first = varied(select(feeds, rows, new Array<number>(count).fill(0)), places, count);
  const order = fixed === undefined ? [1, 0] : someOf(count, 1);
  return { first, rows: count, second: select(first, count, order), order };
}

/** As many rows, but not all of them: a mean over the batch has to change, and rows have to stand elsewhere. */
function someOf(count: number, other: number): number[] {
  return Array.from({ length: count }, (_, at) => (at === 0 || count === 2 ? other : 0));
}

/** The first row that is not like row 0 in every input. */
function differingRow(feeds: Feeds, places: ReadonlyMap<string, RowPlace>, rows: number): number | undefined {
  const tables = Object.entries(feeds).flatMap(([name, tensor]) => {
    const place = places.get(name);
    return place === undefined
      ? []
      : [{ data: rowsFirst(tensor.data, tensor.dims, place, rows), width: tensor.size / rows }];
  });
  for (let row = 1; row < Math.min(rows, looked); row++) {
    const differs = tables.some(({ data, width }) => {
      for (let at = 0; at < width; at++) if (!Object.is(data[at], data[row * width + at])) return true;
      return false;
    });
    if (differs) return row;
  }
  return undefined;
}

/** Rows that were equal, each with other floats. */
function varied(feeds: Feeds, places: ReadonlyMap<string, RowPlace>, rows: number): Feeds {
  const changed = Object.entries(feeds).map(([name, tensor]): [string, Tensor] => {
    const place = places.get(name);
    const { data, dims, type } = tensor;
    if (place === undefined || !(data instanceof Float32Array || data instanceof Float64Array))
      return [name, tensor];
    const behind = dims.slice(place.axis + 1).reduce((product, size) => product * size, place.inner);
    const other = data.map((value, at) => {
      const row = Math.floor(at / behind) % rows;
      return row === 0 ? value : value * (1 + 0.25 * row) + 0.5 * row;
    });
    return [name, new Tensor(type, other as never, dims)];
  });
  return Object.fromEntries(changed);
}
