import { open, type FileHandle } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import { shown } from './problems.js';

/** Field numbers of ModelProto [onnx.proto3]; reserved and unknown ones are let pass, as protobuf wants. */
const field = { irVersion: 1, graph: 7 };
const wire = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 };
/** A real model has a handful of fields at the top; a file of something else that passes so far is read no further. */
const maxFields = 100_000;

/**
 * Looks whether a file can be an ONNX model at all, by walking the protobuf fields at its top: a version, a graph,
 * every length inside the file. Costs a few reads whatever the model's size. Whether it runs, the agent finds out.
 *
 * @throws MeshdeckError `model-invalid`
 */
export async function checkOnnxShape(path: string, name: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) throw refused(name, 'The file is empty.');
    await walk(file, size, name);
  } finally {
    await file.close();
  }
}

async function walk(file: FileHandle, size: number, name: string): Promise<void> {
  const seen = new Set<number>();
  let position = 0;
  for (let count = 0; position < size; count += 1) {
    if (count > maxFields) throw refused(name, 'Its content is something else.');
    const head = Buffer.alloc(20);
    const { bytesRead } = await file.read(head, 0, head.length, position);
    const tag = varint(head.subarray(0, bytesRead), 0);
    const number = tag === null ? 0 : Math.floor(tag.value / 8);
    if (tag === null || number < 1) throw refused(name, 'Its content is something else.');
    const value = step(head.subarray(0, bytesRead), tag.value % 8, tag.next);
    if (value === null) throw refused(name, 'Its content is something else.');
    if (number === field.irVersion && (value.kind !== wire.varint || value.value < 1 || value.value > 1000)) {
      throw refused(name, 'Its content is something else.');
    }
    seen.add(number);
    position += value.next;
    if (position > size) {
      throw refused(
        name,
        seen.has(field.irVersion) ? 'It is cut off before its end.' : 'Its content is something else.',
      );
    }
  }
  if (!seen.has(field.irVersion)) throw refused(name, 'Its content is something else.');
  if (!seen.has(field.graph)) throw refused(name, 'It holds no model graph.');
}

function step(head: Buffer, kind: number, at: number): { kind: number; value: number; next: number } | null {
  if (kind === wire.fixed64) return { kind, value: 0, next: at + 8 };
  if (kind === wire.fixed32) return { kind, value: 0, next: at + 4 };
  if (kind !== wire.varint && kind !== wire.lengthDelimited) return null;
  const read = varint(head, at);
  if (read === null) return null;
  return { kind, value: read.value, next: kind === wire.varint ? read.next : read.next + read.value };
}

/** Base-128 varint [protobuf encoding]; null where it does not end. */
function varint(bytes: Buffer, at: number): { value: number; next: number } | null {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return null;
}

function refused(name: string, why: string): MeshdeckError {
  return new MeshdeckError(
    'model-invalid',
    `${shown(name)} is not an ONNX model. ${why} Export the model again with your training tool.`,
  );
}
