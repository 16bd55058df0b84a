import type { Tensor } from 'onnxruntime-node';

/** A tensor's values; half floats, which come as bits before Node 24 and as numbers from then on, as 32-bit floats. */
export function decoded({ data, type }: Tensor): Tensor.DataType {
  if (type !== 'float16') return data;
  if (!(data instanceof Uint16Array)) return Float32Array.from(data as unknown as ArrayLike<number>);
  return Float32Array.from(data, halfToNumber);
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The largest number of a half float. */
export const largestHalf = 65_504;

/** The half float nearest to a 32-bit float, ties to even; what lies beyond the largest becomes infinite. */
export function roundedToHalf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  scratch.setFloat32(0, value);
  const exponent = ((scratch.getUint32(0) >>> 23) & 0xff) - 127;
  const quantum = 2 ** (Math.max(exponent, -14) - 10);
  const count = value / quantum;
  const below = Math.floor(count);
  const up = count - below > 0.5 || (count - below === 0.5 && below % 2 !== 0);
  const rounded = (below + (up ? 1 : 0)) * quantum;
  return Math.abs(rounded) > largestHalf ? Math.sign(rounded) * Infinity : rounded;
}

const scratch = new DataView(new ArrayBuffer(4));
