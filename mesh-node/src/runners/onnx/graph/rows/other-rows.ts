import { Tensor } from 'onnxruntime-node';
import { rowsFirst, type Place } from './gather-rows.js';

type Feeds = Record<string, Tensor>;

const looked = 50;

/**
 * A batch to hold another one against: a few of its rows in another order, or all of them where their number is fixed.
 * A single row goes with a changed copy of itself, of which only the first is to be compared.
 */
export function otherRows({
  feeds,
  places,
  rows,
  fixed,
  select,
}: {
  feeds: Feeds;
  places: ReadonlyMap<string, Place>;
  rows: number;
  fixed: boolean;
  select: (feeds: Feeds, rows: number, order: readonly number[]) => Feeds;
}): { feeds: Feeds; order: number[]; compared: number } {
  if (rows === 1)
    return { feeds: changedCopies(select(feeds, 1, [0, 0]), places), order: [0, 0], compared: 1 };
  const other = differingRow(feeds, places, rows);
  const order = fixed
    ? Array.from({ length: rows }, (_, at) => rows - 1 - at)
    : rows === 2
      ? [1, 0, 1]
      : [other, 0];
  return { feeds: select(feeds, rows, order), order, compared: order.length };
}

/** The first row that is not like row 0 in every input. */
function differingRow(feeds: Feeds, places: ReadonlyMap<string, Place>, rows: number): number {
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
  return 1;
}

/** Two equal rows, the second one with other floats. */
function changedCopies(feeds: Feeds, places: ReadonlyMap<string, Place>): Feeds {
  const changed = Object.entries(feeds).map(([name, tensor]): [string, Tensor] => {
    const place = places.get(name);
    const { data, dims } = tensor;
    if (
      place === undefined ||
      place.axis !== 0 ||
      !(data instanceof Float32Array || data instanceof Float64Array)
    ) {
      return [name, tensor];
    }
    const half = data.length / 2;
    return [
      name,
      new Tensor(
        tensor.type,
        data.map((value, at) => (at < half ? value : value * 1.25 + 0.5)) as never,
        dims,
      ),
    ];
  });
  return Object.fromEntries(changed);
}
