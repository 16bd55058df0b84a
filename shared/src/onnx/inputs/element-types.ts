/** The tensor element types a CSV's cells can become. */
export const elementTypes = [
  'float32',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
  'string',
] as const;
export type ElementType = (typeof elementTypes)[number];

export type ElementArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[];

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Room for `length` values, as ONNX Runtime wants them. */
export function createElements(type: ElementType, length: number): ElementArray {
  return type === 'string' ? new Array<string>(length).fill('') : new constructors[type](length);
}

/** The first `length` values, without copying where that can be. */
export function firstElements(elements: ElementArray, length: number): ElementArray {
  return Array.isArray(elements) ? elements.slice(0, length) : elements.subarray(0, length);
}

/** The smallest and largest value of an integer type. */
export function integerRange(type: ElementType): [bigint, bigint] {
  const bits = BigInt(type.replace(/\D+/, ''));
  return type.startsWith('u') ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}
