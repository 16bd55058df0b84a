import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { lineStartFrom, readLinesBefore, readLinesFrom } from './line-file.js';

async function fileOf(content: string | Buffer): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-lines-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'a.jsonl');
  await writeFile(path, content);
  return path;
}

it('gives the same whole lines forwards, backwards and from anywhere, in pieces of any size', async () => {
  const path = await fileOf('');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 60, unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
      fc.constantFrom('', 'torn'),
      fc.integer({ min: 1, max: 100 }),
      fc.nat(3000),
      async (texts, torn, bytes, somewhere) => {
        const whole = texts.map((text) => `${text}\n`).join('');
        await writeFile(path, whole + torn);
        const size = Buffer.byteLength(whole + torn);
        const forwards = [];
        for (let at = 0; ;) {
          const { lines, next } = await readLinesFrom(path, at, bytes);
          if (lines.length === 0) break;
          forwards.push(...lines);
          at = next;
        }
        expect(forwards.map(({ text }) => text)).toEqual(texts.map((text) => text.toWellFormed()));
        const backwards = [];
        for (let end = size; end > 0;) {
          const { lines, previous } = await readLinesBefore(path, end, bytes);
          backwards.unshift(...lines);
          end = previous;
        }
        expect(backwards).toEqual(forwards);
        const from = Math.min(somewhere, size);
        const next = forwards.find(({ offset }) => offset >= from)?.offset;
        const found = await lineStartFrom(path, from);
        if (next !== undefined) expect(found).toBe(next);
        else expect(found).toBeGreaterThanOrEqual(from);
      },
    ),
    { numRuns: 60 },
  );
});

it('passes over a line that is longer than any of ours', async () => {
  const long = Buffer.alloc(5 * 1024 * 1024, 0x78);
  const path = await fileOf(Buffer.concat([Buffer.from('a\n'), long, Buffer.from('\nb\n')]));
  const first = await readLinesFrom(path, 0, 100);
  expect(first.lines.map(({ text }) => text)).toEqual(['a']);
  const rest = await readLinesFrom(path, first.next, 100);
  expect(rest.lines.map(({ text }) => text)).toEqual(['b']);
  const last = await readLinesBefore(path, long.length + 5, 100);
  expect(last.lines.map(({ text }) => text)).toEqual(['b']);
  const before = await readLinesBefore(path, last.previous, 100);
  expect(before.lines.map(({ text }) => text)).toEqual(['a']);
});

it('finds nothing in a file that is not there', async () => {
  const path = join(await fileOf(''), '..', 'none');
  expect(await readLinesFrom(path, 0, 100)).toEqual({ lines: [], next: 0 });
  expect(await readLinesBefore(path, 0, 100)).toEqual({ lines: [], previous: 0 });
  expect(await lineStartFrom(path, 5)).toBe(0);
});
