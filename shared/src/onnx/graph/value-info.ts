import { elementTypeName } from './element-type-names.js';
import { readText, readVarint, visitFields } from './wire-format.js';

/** One size of a shape: a number, a name for an open one, or null where the model says nothing. */
export type Dim = number | string | null;

/** What a value of the graph is said to be. */
export type ValueType =
  | {
      kind: 'tensor';
      elements: string;
      /** Undefined where not even the rank is said. */ shape: Dim[] | undefined;
    }
  | { kind: 'sequence' | 'optional'; of: ValueType }
  | { kind: 'map' | 'sparse tensor' | 'unknown' };

export interface ValueInfo {
  name: string;
  type: ValueType;
}

/** Reads a ValueInfoProto. @throws WireFormatError */
export function readValueInfo(bytes: Uint8Array, from: number, to: number): ValueInfo {
  const info: ValueInfo = { name: '', type: { kind: 'unknown' } };
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) info.name = readText(bytes, start, end);
    else if (field === 2) info.type = readType(bytes, start, end);
  });
  return info;
}

function readType(bytes: Uint8Array, from: number, to: number): ValueType {
  let type: ValueType = { kind: 'unknown' };
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) type = readTensorType(bytes, start, end);
    else if (field === 4 || field === 9) {
      type = { kind: field === 4 ? 'sequence' : 'optional', of: readInnerType(bytes, start, end) };
    } else if (field === 5) type = { kind: 'map' };
    else if (field === 8) type = { kind: 'sparse tensor' };
  });
  return type;
}

function readInnerType(bytes: Uint8Array, from: number, to: number): ValueType {
  let type: ValueType = { kind: 'unknown' };
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) type = readType(bytes, start, end);
  });
  return type;
}

function readTensorType(bytes: Uint8Array, from: number, to: number): ValueType {
  let elements = '';
  let shape: Dim[] | undefined;
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) elements = elementTypeName(readVarint(bytes, start));
    else if (field === 2) {
      const dims: Dim[] = [];
      visitFields(bytes, start, end, (inner, _type, dimStart, dimEnd) => {
        if (inner === 1) dims.push(readDim(bytes, dimStart, dimEnd));
      });
      shape = dims;
    }
  });
  return { kind: 'tensor', elements, shape };
}

/** ML.NET writes -1 for an open size, others 0. */
function readDim(bytes: Uint8Array, from: number, to: number): Dim {
  let dim: Dim = null;
  visitFields(bytes, from, to, (field, _wireType, start, end) => {
    if (field === 1) dim = readVarint(bytes, start);
    else if (field === 2) dim = readText(bytes, start, end);
  });
  return (typeof dim === 'number' && dim <= 0) || dim === '' ? null : dim;
}
