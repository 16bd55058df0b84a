/** Thrown where bytes are no message of Protocol Buffers. */
export class WireFormatError extends Error {}

/** A field's number, wire type, and where its content lies: the bytes of a length-delimited one, the number of others. */
export type FieldVisitor = (field: number, wireType: number, from: number, to: number) => void;

export const varintType = 0;
export const lengthType = 2;
export const fixed32Type = 5;
const fixed64Type = 1;

/**
 * Visits the fields of the message in `bytes[from, to)` without copying [protobuf encoding, "Message Structure"].
 * Models are read this way because their largest parts (weights, a forest's nodes) are of no use here and would not fit
 * into the heap as JavaScript values.
 *
 * @throws WireFormatError
 */
export function visitFields(bytes: Uint8Array, from: number, to: number, visit: FieldVisitor): void {
  let at = from;
  while (at < to) {
    const keyEnd = varintEnd(bytes, at, to);
    const key = readVarint(bytes, at);
    const field = Math.floor(key / 8);
    const wireType = key % 8;
    let start = keyEnd;
    let end: number;
    if (wireType === varintType) end = varintEnd(bytes, start, to);
    else if (wireType === fixed64Type) end = start + 8;
    else if (wireType === fixed32Type) end = start + 4;
    else if (wireType === lengthType) {
      const lengthEnd = varintEnd(bytes, start, to);
      end = lengthEnd + readVarint(bytes, start);
      start = lengthEnd;
    } else throw new WireFormatError(`wire type ${wireType}`);
    if (field === 0 || end > to) throw new WireFormatError(`field ${field} ends at ${end} of ${to}`);
    visit(field, wireType, start, end);
    at = end;
  }
}

/** Where the varint at `at` ends. @throws WireFormatError */
export function varintEnd(bytes: Uint8Array, at: number, to: number): number {
  for (let end = at; end < to && end < at + 10; end++) {
    if ((bytes[end] as number) < 0x80) return end + 1;
  }
  throw new WireFormatError('a number without an end');
}

/** An unsigned or signed 64-bit varint; exact up to 2^53. */
export function readVarint(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + index] as number;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  return Number(readBigVarint(bytes, at));
}

/** A signed 64-bit varint, exact. */
export function readBigVarint(bytes: Uint8Array, at: number): bigint {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[at + index] as number;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) break;
  }
  return BigInt.asIntN(64, value);
}

const decoder = new TextDecoder('utf-8');

export function readText(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to));
}

/** Visits a repeated number, each by itself or packed: where each one starts. */
export function visitPacked(
  bytes: Uint8Array,
  wireType: number,
  from: number,
  to: number,
  visit: (at: number) => void,
): void {
  if (wireType !== lengthType) return visit(from);
  for (let at = from; at < to; at = varintEnd(bytes, at, to)) visit(at);
}
