import { heldItem, holdingsMessageSchema, type HoldingsMessage } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { createCachedItems } from './cached-items.js';

const model = 'a'.repeat(64);
const table = 'b'.repeat(64);
const message = (part: Partial<HoldingsMessage>): HoldingsMessage =>
  holdingsMessageSchema.parse({ ts: 1, sequence: 0, full: false, added: [], removed: [], ...part });

it('knows what a machine said it holds, and what changed since', () => {
  const cached = createCachedItems();
  cached.take('n', message({ full: true, added: [heldItem('bundle', model), heldItem('file', table)] }));
  cached.take(
    'n',
    message({ sequence: 1, added: [heldItem('model', model)], removed: [heldItem('file', table)] }),
  );
  expect(cached.holds('n', 'bundle', model)).toBe(true);
  expect(cached.holds('n', 'model', model)).toBe(true);
  expect(cached.holds('n', 'file', table)).toBe(false);
  expect(cached.holds('other', 'bundle', model)).toBe(false);
});

it('knows nothing after a gap until it is told everything again', () => {
  const cached = createCachedItems();
  cached.take('n', message({ full: true, added: [heldItem('bundle', model)] }));
  cached.take('n', message({ sequence: 2, added: [heldItem('file', table)] }));
  expect(cached.holds('n', 'bundle', model)).toBe(false);
  cached.take('n', message({ sequence: 3, added: [heldItem('file', table)] }));
  expect(cached.holds('n', 'file', table)).toBe(false);
  cached.take('n', message({ sequence: 4, full: true, added: [heldItem('file', table)] }));
  expect(cached.holds('n', 'file', table)).toBe(true);
});

it('refuses what is no cached item', () => {
  expect(() => message({ added: ['x0123456789abcdef'] })).toThrow();
  expect(() => message({ added: ['f0123'] })).toThrow();
});

it('keeps no list that only grows', () => {
  const cached = createCachedItems();
  const item = (number: number) => `f${number.toString(16).padStart(16, '0')}` as const;
  cached.take('n', message({ full: true }));
  for (let sequence = 1; sequence <= 5; sequence += 1) {
    const added = Array.from({ length: 2000 }, (_, at) => item(sequence * 2000 + at));
    cached.take('n', message({ sequence, added }));
  }
  const known = Array.from({ length: 12_000 }, (_, at) => item(at).slice(1).padEnd(64, '0'));
  expect(known.filter((sha256) => cached.holds('n', 'file', sha256))).toEqual([]);
});
