import { assembleModule, signedLeb128 } from './wasm-module.js';

/** Raised whenever the kernel's instructions change, so that stored readings of an older kernel are measured again. */
export const kernelVersion = 1;

/** Primes in 3..9999: what every event must count, or its reading is worth nothing. */
export const primesPerEvent = 1228;

const maxPrime = 10_000;

const op = {
  blockVoid: [0x02, 0x40],
  loopVoid: [0x03, 0x40],
  end: [0x0b],
  br: (depth: number) => [0x0c, depth],
  brIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  i32Const: (value: number) => [0x41, ...signedLeb128(value)],
  i64Const: (value: number) => [0x42, ...signedLeb128(value)],
  i32Add: [0x6a],
  i64Add: [0x7c],
  i64RemU: [0x82],
  i64Eqz: [0x50],
  i64LtU: [0x54],
  f64Le: [0x65],
  f64Gt: [0x64],
  f64Sqrt: [0x9f],
  f64ConvertI64S: [0xb9],
} as const;

const candidate = 0;
const divisor = 1;
const root = 2;
const primes = 3;

/**
 * One event of sysbench's `cpu` test at its default `--cpu-max-prime=10000`, instruction for instruction
 * [sysbench 1.0.20, src/tests/cpu/sb_cpu.c, cpu_execute_event]:
 *
 *     for (c = 3; c < max_prime; c++) {
 *       t = sqrt((double)c);
 *       for (l = 2; l <= t; l++) if (c % l == 0) break;
 *       if (l > t) n++;
 *     }
 *
 * `c` and `l` are unsigned 64-bit, `t` is a double, and `l` is converted to a double for each comparison, as
 * the C compiler has to. Written as bytes so that nothing is fetched and nothing is built.
 */
const instructions: readonly number[] = [
  ...op.i64Const(3),
  ...op.set(candidate),
  ...op.loopVoid, // for c
  ...op.get(candidate),
  ...op.f64ConvertI64S,
  ...op.f64Sqrt,
  ...op.set(root),
  ...op.i64Const(2),
  ...op.set(divisor),
  ...op.blockVoid, // left when c is divided
  ...op.loopVoid, // for l
  ...op.get(candidate),
  ...op.get(divisor),
  ...op.i64RemU,
  ...op.i64Eqz,
  ...op.brIf(1),
  ...op.get(divisor),
  ...op.i64Const(1),
  ...op.i64Add,
  ...op.set(divisor),
  ...op.get(divisor),
  ...op.f64ConvertI64S,
  ...op.get(root),
  ...op.f64Le,
  ...op.brIf(0),
  ...op.end,
  ...op.end,
  ...op.get(primes),
  ...op.get(divisor),
  ...op.f64ConvertI64S,
  ...op.get(root),
  ...op.f64Gt,
  ...op.i32Add,
  ...op.set(primes),
  ...op.get(candidate),
  ...op.i64Const(1),
  ...op.i64Add,
  ...op.set(candidate),
  ...op.get(candidate),
  ...op.i64Const(maxPrime),
  ...op.i64LtU,
  ...op.brIf(0),
  ...op.end,
  ...op.get(primes),
];

/** The kernel as a WebAssembly module whose export `event` runs one event and returns the primes it counted. */
export function kernelModule(): Uint8Array<ArrayBuffer> {
  return assembleModule({ exportName: 'event', locals: ['i64', 'i64', 'f64', 'i32'], instructions });
}
