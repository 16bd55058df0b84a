import { bytesField, concatenate, WireFormatError } from '@meshdeck/shared/onnx';
import type { FileBytes } from './file-bytes.js';

/** Messages of onnx.proto3 that may be long, and their fields that are such messages themselves. */
const parts = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse' },
  tensor: {},
} as const satisfies Record<string, Record<number, string>>;
type Message = keyof typeof parts;

const mebibyte = 1024 * 1024;
const usualLimits = {
  /** Longer fields are weights; what a model's graph is read for is shorter. */
  longestField: mebibyte,
  /** Once this much is kept, only what is short. */
  roomyBytes: 16 * mebibyte,
  longestWhenFull: 4096,
  mostBytes: 64 * mebibyte,
  /** Longer lists are a forest's; their values come one by one in some exports. */
  longestList: 4 * mebibyte,
};
export type SkeletonLimits = typeof usualLimits;
const listFields = new Set([7, 8, 9]);
const deepest = 32;

/** Thrown where even without its weights a model is too large to look at. */
export class SkeletonTooLargeError extends Error {}

/**
 * A model's file without its weights: what a reader of graphs needs, whatever the file's size. Lists and tensors of more
 * than a megabyte are left out, their names and sizes stay.
 *
 * @throws WireFormatError, SkeletonTooLargeError
 */
export function readSkeleton(source: FileBytes, changed: Partial<SkeletonLimits> = {}): Uint8Array {
  const limits = { ...usualLimits, ...changed };
  if (source.length <= limits.longestField) return source.slice(0, source.length);
  return concatenate(compact({ source, limits, kept: 0 }, 'model', 0, source.length, 0));
}

interface Work {
  source: FileBytes;
  limits: SkeletonLimits;
  /** Bytes so far. */
  kept: number;
}

function compact(work: Work, message: Message, from: number, to: number, depth: number): Uint8Array[] {
  if (depth > deepest) throw new WireFormatError(`messages in ${depth} messages`);
  const { source, limits } = work;
  const inner = parts[message] as Record<number, Message | undefined>;
  const pieces: Uint8Array[] = [];
  let run = from;
  let lists = 0;
  const flush = (end: number, next: number): void => {
    if (end > run) {
      work.kept += end - run;
      if (work.kept > limits.mostBytes) throw new SkeletonTooLargeError(`${work.kept} bytes`);
      pieces.push(source.slice(run, end));
    }
    run = next;
  };
  for (let at = from; at < to;) {
    const field = readField(source, at, to);
    const { number, start, end } = field;
    const longest = work.kept > limits.roomyBytes ? limits.longestWhenFull : limits.longestField;
    if (message === 'attribute' && listFields.has(number)) {
      lists += end - at;
      // The rest of it is more of the same: its name stands in front.
      if (lists > limits.longestList) return withoutList(source, from, at);
    }
    if (end - start > longest) {
      flush(at, end);
      const kind = inner[number];
      if (kind !== undefined) {
        const rest = concatenate(compact(work, kind, start, end, depth + 1));
        pieces.push(bytesField(number, rest));
      }
    }
    at = end;
  }
  flush(to, to);
  return pieces;
}

/** The fields in front of an attribute's list. */
function withoutList(source: FileBytes, from: number, to: number): Uint8Array[] {
  for (let at = from; at < to;) {
    const { number, end } = readField(source, at, to);
    if (listFields.has(number)) return [source.slice(from, at)];
    at = end;
  }
  return [source.slice(from, to)];
}

/** One field: its number, and where its content lies [protobuf encoding, "Message Structure"]. */
function readField(
  source: FileBytes,
  at: number,
  to: number,
): { number: number; start: number; end: number } {
  const key = readVarint(source, at, to);
  const number = Math.floor(key.value / 8);
  const content = contentOf(source, key.value % 8, key.end, to);
  if (number === 0 || content.end > to) {
    throw new WireFormatError(`field ${number} ends at ${content.end} of ${to}`);
  }
  return { number, ...content };
}

function contentOf(
  source: FileBytes,
  wireType: number,
  at: number,
  to: number,
): { start: number; end: number } {
  switch (wireType) {
    case 0:
      return { start: at, end: readVarint(source, at, to).end };
    case 1:
      return { start: at, end: at + 8 };
    case 2: {
      const length = readVarint(source, at, to);
      return { start: length.end, end: length.end + length.value };
    }
    case 5:
      return { start: at, end: at + 4 };
    default:
      throw new WireFormatError(`wire type ${wireType}`);
  }
}

function readVarint(source: FileBytes, at: number, to: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 10 && at + index < to; index++) {
    const byte = source.byte(at + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  throw new WireFormatError('a number without an end');
}
