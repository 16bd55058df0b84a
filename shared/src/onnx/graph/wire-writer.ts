import { lengthType, varintType } from './wire-format.js';

/** Messages of Protocol Buffers, written field by field. */
export type Field = Uint8Array;

const encoder = new TextEncoder();

/** A field whose content is a message or other bytes. */
export function bytesField(field: number, content: Uint8Array): Field {
  return concatenate([varint(field * 8 + lengthType), varint(content.length), content]);
}

export function textField(field: number, text: string): Field {
  return bytesField(field, encoder.encode(text));
}

/** A whole number, not negative. */
export function intField(field: number, value: number): Field {
  return concatenate([varint(field * 8 + varintType), varint(value)]);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}
