import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReadings, readingRefusals, type ReadingsResult } from './readings.js';

const now = Date.UTC(2026, 10, 21);
const parse = (payload: unknown): ReadingsResult =>
  parseReadings(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)), now);
const reasonOf = (payload: unknown): string => {
  const result = parse(payload);
  return result.ok ? 'taken' : result.reason;
};

describe('readings that are taken', () => {
  test('numbers and booleans, at the time they came', () => {
    expect(parse('{"temperature": 21.5, "open": true, "door.2 left-side": false}')).toEqual({
      ok: true,
      skippedTexts: 0,
      readings: [
        {
          ts: now,
          values: [
            ['temperature', 21.5],
            ['open', 1],
            ['door.2 left-side', 0],
          ],
        },
      ],
    });
  });

  test('their own time, from plain bytes as well', () => {
    const bytes = new TextEncoder().encode('{"a":1,"ts":1700000000000}');
    expect(parseReadings(bytes, now)).toMatchObject({ ok: true, readings: [{ ts: 1_700_000_000_000 }] });
  });

  test('texts and nulls are left out and counted', () => {
    expect(parse({ a: 1, mode: 'eco', b: null })).toMatchObject({
      ok: true,
      skippedTexts: 2,
      readings: [{ values: [['a', 1]] }],
    });
  });

  test('a batch, in its order', () => {
    const result = parse([{ a: 1, ts: now - 1 }, { a: 2 }]);
    expect(result.ok && result.readings.map(({ ts }) => ts)).toEqual([now - 1, now]);
  });
});

describe('readings that are refused', () => {
  test.each([
    ['not-json', 'hello'],
    ['not-json', ''],
    ['not-json', '{"a": NaN}'],
    ['not-an-object', '21.5'],
    ['not-an-object', 'null'],
    ['not-an-object', [[{ a: 1 }]]],
    ['no-values', {}],
    ['no-values', []],
    ['no-values', { mode: 'eco' }],
    ['value-invalid', '{"a": 1e999}'],
    ['value-invalid', { a: { b: 1 } }],
    ['value-invalid', { a: [1] }],
    ['key-invalid', { '1a': 1 }],
    ['key-invalid', { '': 1 }],
    ['key-invalid', { ['a'.repeat(65)]: 1 }],
    ['key-invalid', { "a'; DROP TABLE points": 1 }],
    ['key-invalid', '{"__proto__": 1}'],
    ['key-invalid', '{"constructor": {"prototype": 1}}'],
    ['key-invalid', { hasOwnProperty: 1 }],
    ['key-invalid', { toString: 1 }],
    ['key-invalid', { '=1+1': 1 }],
    ['key-invalid', { '+1': 1 }],
    ['key-invalid', { '-1': 1 }],
    ['key-invalid', { '@SUM(A1)': 1 }],
    ['key-invalid', { '\ta': 1 }],
    ['key-invalid', { 'a\r=1+1': 1 }],
    ['key-invalid', { 'a\u202Eb': 1 }],
    ['key-invalid', { '<b>a</b>': 1 }],
    ['ts-invalid', { a: 1, ts: '2026-01-01' }],
    ['ts-invalid', { a: 1, ts: 1.5 }],
    ['ts-invalid', { a: 1, ts: now + 25 * 3_600_000 }],
    ['ts-invalid', { a: 1, ts: 0 }],
    ['too-many-values', Object.fromEntries(Array.from({ length: 65 }, (_, key) => [`k${String(key)}`, 1]))],
    ['too-many-readings', Array.from({ length: 1001 }, () => ({ a: 1 }))],
    ['too-large', `{"a": 1${' '.repeat(64 * 1024)}}`],
  ])('%s: %j', (reason, payload) => {
    expect(reasonOf(payload)).toBe(reason);
  });

  test('a batch with one wrong reading is refused whole', () => {
    expect(reasonOf([{ a: 1 }, { a: 'x', 'b!': 2 }])).toBe('key-invalid');
  });

  test('a time in seconds is named as such', () => {
    expect(parse({ a: 1, ts: 1_700_000_000 })).toMatchObject({
      message: expect.stringContaining('seconds') as string,
    });
  });

  test('whatever bytes come, the answer is a value and nothing is polluted', () => {
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((json) => new TextEncoder().encode(json)),
    );
    fc.assert(
      fc.property(payloads, (bytes) => {
        const result = parseReadings(bytes, now);
        if (!result.ok) {
          expect(readingRefusals).toContain(result.reason);
          expect(result.message).toMatch(/^\S.*\.$/);
        } else {
          for (const { values } of result.readings) {
            for (const [, value] of values) expect(Number.isFinite(value)).toBe(true);
          }
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});
