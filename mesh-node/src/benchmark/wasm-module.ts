/**
 * The smallest assembler the kernel needs: one exported function without parameters that returns an i32.
 * The layout follows the WebAssembly core specification [WebAssembly 1.0 §5.5 Modules].
 */

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Unsigned LEB128 [WebAssembly 1.0 §5.2.2]. */
export function unsignedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer [WebAssembly 1.0 §5.2.2]. */
export function signedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const signBitSet = (low & 0x40) !== 0;
    if ((rest === 0 && !signBitSet) || (rest === -1 && signBitSet)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function sized(bytes: readonly number[]): number[] {
  return [...unsignedLeb128(bytes.length), ...bytes];
}

function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...sized(bytes)];
}

export const valueTypes = { i32: 0x7f, i64: 0x7e, f64: 0x7c } as const;
export type ValueType = keyof typeof valueTypes;

/** A module that exports `exportName: () -> i32` with the given locals and instructions (without the final `end`). */
export function assembleModule(options: {
  exportName: string;
  locals: readonly ValueType[];
  instructions: readonly number[];
}): Uint8Array<ArrayBuffer> {
  const name = [...new TextEncoder().encode(options.exportName)];
  const locals = options.locals.flatMap((type) => [1, valueTypes[type]]);
  const body = [...unsignedLeb128(options.locals.length), ...locals, ...options.instructions, 0x0b];
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, [1, 0x60, 0, 1, valueTypes.i32]), // one type: () -> i32
    ...section(3, [1, 0]), // one function, of type 0
    ...section(7, [1, ...sized(name), 0x00, 0]), // exported
    ...section(10, [1, ...sized(body)]), // its code
  ]);
}
