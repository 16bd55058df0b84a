import { expect, test } from 'vitest';
import { kernelModule, primesPerEvent } from './kernel.js';
import { signedLeb128, unsignedLeb128 } from './wasm-module.js';

test('counts the 1228 odd primes below 10000, every time', () => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kernelModule()));
  const event = exports.event;
  if (typeof event !== 'function') throw new Error('the kernel exports no event');
  expect(event()).toBe(1228);
  expect(event()).toBe(primesPerEvent);
});

test('agrees with the same loop in unsigned 64-bit JavaScript integers', () => {
  let primes = 0;
  for (let c = 3n; c < 10_000n; c += 1n) {
    let l = 2n;
    while (l * l <= c && c % l !== 0n) l += 1n;
    if (l * l > c) primes += 1;
  }
  expect(primes).toBe(primesPerEvent);
});

test('writes numbers as WebAssembly wants them', () => {
  expect(unsignedLeb128(0)).toEqual([0]);
  expect(unsignedLeb128(624_485)).toEqual([0xe5, 0x8e, 0x26]);
  expect(signedLeb128(63)).toEqual([63]);
  expect(signedLeb128(64)).toEqual([0xc0, 0]);
  expect(signedLeb128(10_000)).toEqual([0x90, 0xce, 0]);
  expect(signedLeb128(-123_456)).toEqual([0xc0, 0xbb, 0x78]);
});
