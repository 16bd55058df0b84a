import { readBigVarint, readText, readVarint, visitFields, visitPacked } from './wire-format.js';

/** A constant of a model: weights, a shape, class names. Its values are decoded when they are asked for. */
export interface ModelTensor {
  name: string;
  dims: number[];
  /** TensorProto.DataType */
  dataType: number;
  /** Its values lie in a file of their own. */
  external: boolean;
  /** Its numbers; undefined for texts, for values elsewhere, and for more than `most` of them. */
  numbers(most?: number): number[] | undefined;
  /** Its texts, or its whole numbers as texts; undefined as above. */
  texts(most?: number): string[] | undefined;
}

const float = 1;
const int64 = 7;
const string = 8;
const double = 11;
const uint32 = 12;
const uint64 = 13;
const wholeNumbers = new Set([2, 3, 4, 5, 6, 7, 9, 12, 13]);
const mostValues = 100_000;

/** Reads a TensorProto. @throws WireFormatError */
export function readTensor(bytes: Uint8Array, from: number, to: number): ModelTensor {
  const tensor = { name: '', dims: [] as number[], dataType: 0, external: false };
  let raw: [number, number] | undefined;
  const numbers: [field: number, wireType: number, from: number, to: number][] = [];
  const strings: [number, number][] = [];
  visitFields(bytes, from, to, (field, wireType, start, end) => {
    if (field === 1) {
      visitPacked(bytes, wireType, start, end, (at) => tensor.dims.push(readVarint(bytes, at)));
    } else if (field === 2) tensor.dataType = readVarint(bytes, start);
    else if (field === 6) strings.push([start, end]);
    else if (field === 8) tensor.name = readText(bytes, start, end);
    else if (field === 9) raw = [start, end];
    else if (field === 14) tensor.external = readVarint(bytes, start) === 1;
    else if (field === 4 || field === 5 || field === 7 || field === 10 || field === 11) {
      numbers.push([field, wireType, start, end]);
    }
  });
  const { dataType } = tensor;
  const count = tensor.dims.reduce((product, dim) => product * dim, 1);

  function decode(most: number): (number | bigint)[] | undefined {
    if (tensor.external || dataType === string || count > most) return undefined;
    if (raw !== undefined) {
      const values = decodeRaw(bytes, raw, dataType, count);
      return values?.length === count ? values : undefined;
    }
    const values: (number | bigint)[] = [];
    for (const [field, wireType, start, end] of numbers) {
      // No number takes more than ten bytes: a longer list is not what its dimensions say.
      if (values.length > count || end - start > 10 * count) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
      if (field === 4) for (let at = 0; at < view.byteLength; at += 4) values.push(view.getFloat32(at, true));
      else if (field === 10)
        for (let at = 0; at < view.byteLength; at += 8) values.push(view.getFloat64(at, true));
      else {
        const big = dataType === int64 || dataType === uint64;
        visitPacked(bytes, wireType, start, end, (at) =>
          values.push(big ? readBigVarint(bytes, at) : readVarint(bytes, at)),
        );
      }
    }
    return values.length === count ? values : undefined;
  }

  return {
    ...tensor,
    numbers: (most = mostValues) => decode(most)?.map(Number),
    texts(most = mostValues) {
      if (dataType === string) {
        return strings.length > most ? undefined : strings.map(([start, end]) => readText(bytes, start, end));
      }
      return wholeNumbers.has(dataType) ? decode(most)?.map(String) : undefined;
    },
  };
}

/** Values as little-endian bytes; undefined for types whose values nobody asks for (half floats, complex numbers). */
function decodeRaw(
  bytes: Uint8Array,
  [from, to]: [number, number],
  dataType: number,
  count: number,
): (number | bigint)[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, to - from);
  const read = rawReaders.get(dataType);
  if (read === undefined) return undefined;
  const [size, value] = read;
  if (view.byteLength !== count * size) return undefined;
  return Array.from({ length: count }, (_, at) => value(view, at * size));
}

const rawReaders = new Map<number, [size: number, read: (view: DataView, at: number) => number | bigint]>([
  [float, [4, (view, at) => view.getFloat32(at, true)]],
  [double, [8, (view, at) => view.getFloat64(at, true)]],
  [2, [1, (view, at) => view.getUint8(at)]],
  [3, [1, (view, at) => view.getInt8(at)]],
  [9, [1, (view, at) => view.getUint8(at)]],
  [4, [2, (view, at) => view.getUint16(at, true)]],
  [5, [2, (view, at) => view.getInt16(at, true)]],
  [6, [4, (view, at) => view.getInt32(at, true)]],
  [uint32, [4, (view, at) => view.getUint32(at, true)]],
  [int64, [8, (view, at) => view.getBigInt64(at, true)]],
  [uint64, [8, (view, at) => view.getBigUint64(at, true)]],
]);
