import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptBytes, tableExcerpt } from './excerpt.js';

const excerptOf = async (bytes: Buffer) => {
  const asked: number[] = [];
  const { bytes: part, complete } = await tableExcerpt({
    sizeBytes: bytes.length,
    async read(start, end) {
      asked.push(end - start);
      return new Uint8Array(bytes.subarray(start, end));
    },
  });
  return { part: Buffer.from(part), complete, asked };
};
const rows = (count: number, row: string) =>
  Array.from({ length: count }, (_, at) => `${at},${row}\n`).join('');

describe('the excerpt of a table', () => {
  it('is the whole of a small one', async () => {
    const table = Buffer.from(`id,a\n${rows(100, 'x')}`);
    expect(await excerptOf(table)).toMatchObject({ part: table, complete: true });
  });

  it('is made of whole lines: the first ones, and the last', async () => {
    const table = `id,a\n${rows(60_000, 'some words')}Total,60000\n`;
    const { part, complete } = await excerptOf(Buffer.from(table));
    expect(complete).toBe(false);
    expect(part.length).toBeLessThanOrEqual(excerptBytes + 4096);
    const lines = part.toString().split('\n');
    const known = new Set(table.split('\n'));
    expect(lines.every((line) => known.has(line))).toBe(true);
    expect(lines.slice(0, 2)).toEqual(['id,a', '0,some words']);
    expect(lines.slice(-3)).toEqual(['59999,some words', 'Total,60000', '']);
  });

  it('never begins or ends inside a quoted value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('plain', '"a\nb"', '"say ""no"""', '"x,y"', '"\n\n"'), {
          minLength: 3,
          maxLength: 9,
        }),
        fc.integer({ min: 40_000, max: 60_000 }),
        async (cells, count) => {
          const record = (at: number) => `${at},${cells[at % cells.length]}\n`;
          const all = Array.from({ length: count }, (_, at) => record(at));
          const { part } = await excerptOf(Buffer.from(`id,a\n${all.join('')}`));
          let text = part.toString().slice('id,a\n'.length);
          let at = 0;
          for (; text.startsWith(record(at)); at++) text = text.slice(record(at).length);
          expect(at).toBeGreaterThan(1000);
          // What is left is the end of the table, from a record on.
          for (at = count - 1; text !== '' && text.endsWith(record(at)); at--)
            text = text.slice(0, -record(at).length);
          expect(text).toBe('');
        },
      ),
      { numRuns: 20 },
    );
  });

  it('goes as far as it takes to have some rows of very wide ones', async () => {
    const wide = `${'0.123456,'.repeat(60_000)}1\n`;
    const { part, complete } = await excerptOf(Buffer.from(wide.repeat(30)));
    expect(complete).toBe(false);
    const count = part.length / wide.length;
    expect(Number.isInteger(count)).toBe(true);
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThan(10);
  });

  it('gives up on a line that never ends', async () => {
    const { part, asked } = await excerptOf(Buffer.alloc(40 * 1024 * 1024, 'x'));
    expect(part.length).toBeLessThan(20 * 1024 * 1024);
    expect(asked.length).toBeLessThan(10);
  });

  it('cuts UTF-16 between letters, of either byte order', async () => {
    const text = `\ufeffid;a\r\n${rows(20_000, 'Köln').replaceAll('\n', '\r\n')}`;
    const little = Buffer.from(text, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      const { part } = await excerptOf(bytes);
      const back = bytes === little ? part : Buffer.from(part).swap16();
      const cut = back.toString('utf16le');
      expect(text.startsWith(cut)).toBe(true);
      expect(cut.endsWith('\r\n')).toBe(true);
    }
  });
});
