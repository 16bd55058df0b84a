import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createRecordScanner } from '@meshdeck/shared/csv';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anySplit, anyTable, createTestStore, sha256, type TestStore } from './fixtures/tables.js';
import {
  createShardFiles,
  cutShard,
  inTableLines,
  mergeTables,
  openShard,
  resultRows,
  splitTable,
  type Shard,
} from './index.js';

/** As text, byte order mark included. */
const readText = async (stream: Readable) => (await buffer(stream)).toString();

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.remove());

async function shardsOf(content: string, rowCounts: number[]): Promise<{ shard: Shard; text: string }[]> {
  const { table, source } = await store.open(content);
  const shards: { shard: Shard; text: string }[] = [];
  for await (const shard of splitTable({ table, source, rowCounts })) {
    shards.push({ shard, text: await readText(openShard(table.path, shard).stream) });
  }
  return shards;
}

async function merge(results: { text: string; rows: number }[], delimiter?: string): Promise<string> {
  const written = await Promise.all(
    results.map(async ({ text, rows }) => {
      const path = join(store.folder, randomUUID());
      await writeFile(path, text);
      return { path, rows };
    }),
  );
  const merged = await mergeTables({
    files: store.files,
    name: 'predictions.csv',
    delimiter,
    results: written,
  });
  const text = await store.text(merged.file.sha256);
  expect(merged.rows).toBe(results.reduce((sum, { rows }) => sum + rows, 0));
  expect(merged.file).toEqual({
    sha256: sha256(text),
    bytes: Buffer.byteLength(text),
    name: 'predictions.csv',
  });
  return text;
}

const split = anyTable.chain((table) => anySplit(table.rows).map((counts) => ({ ...table, counts })));

describe('any table, cut into any shards', () => {
  it('is the same bytes when the shards are merged as they are', async () => {
    await fc.assert(
      fc.asyncProperty(split, async ({ text, counts, delimiter }) => {
        const shards = await shardsOf(text, counts);
        const results = shards.map(({ shard, text }) => ({ text, rows: resultRows(shard) }));
        expect(await merge(results, delimiter)).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('gives shards with the rows asked for, read in the form of the whole, under their own hash', async () => {
    await fc.assert(
      fc.asyncProperty(split, async ({ text, rows, records, counts }) => {
        const whole = await store.open(text);
        expect(whole.table).toMatchObject({
          rows,
          records,
          bytes: Buffer.byteLength(text),
          indivisible: null,
        });
        const shards = await shardsOf(text, counts);
        expect(shards.reduce((sum, { shard }) => sum + resultRows(shard), 0)).toBe(records);
        for (const { shard, text: own } of shards) {
          expect(shard.file).toEqual({
            sha256: sha256(own),
            bytes: Buffer.byteLength(own),
            name: 'input.csv',
          });
          const scanner = createRecordScanner(whole.table.rules);
          scanner.take(Buffer.from(own).subarray(whole.table.headerBytes));
          expect([scanner.finish(), scanner.records()]).toEqual([shard.rows, resultRows(shard)]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same bytes as one machine, from an app that writes the table anew', async () => {
    // As pandas or a script would: no mark, LF, no empty lines; with or without a last line ending.
    const app = (text: string, lastEnding: boolean) => {
      const [header, ...rows] = text
        .replace(/^\ufeff/, '')
        .split(/\r?\n/)
        .filter((line) => line !== '');
      const lines = [`${header},length`, ...rows.map((row) => `${row},${row.length}`)];
      return lines.join('\n') + (lastEnding ? '\n' : '');
    };
    const simple = split.filter(({ text }) => !text.includes('"') && !text.includes('\r\r'));
    await fc.assert(
      fc.asyncProperty(simple, fc.boolean(), async ({ text, counts }, lastEnding) => {
        const shards = await shardsOf(text, counts);
        const results = shards.map(({ shard, text }) => ({
          text: app(text, lastEnding),
          rows: resultRows(shard),
        }));
        expect(await merge(results)).toBe(app(text, lastEnding));
      }),
      { numRuns: 50 },
    );
  });

  it('gives every part of a shard that is asked for', async () => {
    const { table, source } = await store.open('\ufeffa,b\r\n1,2\r\n\r\n3,"4\n"\r\n5,6');
    const shard = await cutShard({ table, source, range: { firstRow: 1, rows: 2 } });
    const whole = '\ufeffa,b\r\n3,"4\n"\r\n5,6';
    const bytes = Buffer.from(whole);
    for (let start = 0; start < bytes.length; start++) {
      for (let end = start; end <= bytes.length; end++) {
        const part = openShard(table.path, shard, { start, end });
        expect(await readText(part.stream)).toBe(bytes.subarray(start, end + 1).toString());
        expect(part.bytes).toBe(bytes.subarray(start, end + 1).length);
      }
    }
    expect(() => openShard(table.path, shard, { start: bytes.length })).toThrow(/nothing at/);
  });
});

it('finds any rows of a long table, whose marks are thinned out', async () => {
  const row = (index: number) => `${index},"x${'\n'.repeat(index % 3)}"\n`;
  const rows = Array.from({ length: 60_000 }, (_, index) => row(index));
  const { table, source } = await store.open(`id,text\n${rows.join('')}`);
  expect(table.rows).toBe(60_000);
  await fc.assert(
    fc.asyncProperty(fc.nat(59_999), fc.integer({ min: 1, max: 3000 }), async (firstRow, wanted) => {
      const count = Math.min(wanted, 60_000 - firstRow);
      const shard = await cutShard({ table, source, range: { firstRow, rows: count } });
      const text = `id,text\n${rows.slice(firstRow, firstRow + count).join('')}`;
      expect(shard.file.sha256).toBe(sha256(text));
      const linesBefore = `id,text\n${rows.slice(0, firstRow).join('')}`.split('\n').length - 1;
      expect(shard.linesBefore).toBe(linesBefore);
    }),
    { numRuns: 40 },
  );
});

it('tells failures by the lines of the table', async () => {
  const [, shard] = await shardsOf('\na\n1\n"2\n2"\n\n3\n4\n', [2, 2]);
  expect(shard?.text).toBe('\na\n3\n4\n');
  const told = (sentence: string) => inTableLines(sentence, shard?.shard as Shard);
  expect(told('Line 4 has 5 fields, the header has 1.')).toBe('Line 8 has 5 fields, the header has 1.');
  expect(told('The header stands in line 2, and line 3 has 4 fields.')).toBe(
    'The header stands in line 2, and line 7 has 4 fields.',
  );
  expect(told('Lines 3 to 4 of 90, lines 3, 4 and 12 more.')).toBe(
    'Lines 7 to 8 of 90, lines 7, 8 and 12 more.',
  );
  expect(told('Line 2 names "line 4".')).toBe('Line 2 names "line 4".');
  expect(told('Line 4, column "a \\" line 3": "lines 3, 4" is no number.')).toBe(
    'Line 8, column "a \\" line 3": "lines 3, 4" is no number.',
  );
});

it('says why a table is better left whole', async () => {
  const why = async (text: string | Buffer, isForScript = false) =>
    (await store.open(text, { isForScript })).table.indivisible;
  expect(await why('a,b\n1,2\n')).toBeNull();
  expect(await why('a,b\n\n')).toMatch('no rows');
  expect(await why('a,b\n1,"2\n3,4\n')).toMatch('never closed');
  expect(await why(Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'))).toMatch('UTF-16LE');
  expect(await why('a,b\r1,2\r')).toMatch('carriage return');
  expect(await why('a;b, in cm\n1;2,5\n')).toBeNull();
  expect(await why('"a;b",c\n1,2\n')).toBeNull();
  expect(await why(`a,b\n${'1,2\n'.repeat(100_000)}\0,2\n`, true)).toMatch('zero bytes');
  expect(await why('a,b\n1,2\n3,4\nSource: here\n')).toBeNull();
  expect(await why('a,b\n1,2\n3,4\nSource: here\n', true)).toMatch('below the rows');
  expect(await why('1,2.5\n3,4.5\n', true)).toMatch('no column names');
});

it('refuses what is no table, and rows that a table does not have', async () => {
  await expect(store.open('\ufeff \n')).rejects.toMatchObject({ code: 'csv-empty' });
  await expect(store.open(Buffer.from('PK\x03\x04rest'))).rejects.toMatchObject({ code: 'csv-malformed' });
  await expect(store.open('x'.repeat(20_000_000))).rejects.toMatchObject({
    code: 'csv-malformed',
    message: 'Line 1 is longer than 8 MB.',
  });
  const { table, source } = await store.open('a\n1\n2\n');
  for (const [firstRow, rows] of [
    [0, 0],
    [0, 3],
    [2, 1],
    [-1, 1],
    [0.5, 1],
  ] as const) {
    const cut = cutShard({ table, source, range: { firstRow, rows } });
    await expect(cut).rejects.toMatchObject({ code: 'invalid-request' });
  }
  const signal = AbortSignal.abort();
  await expect(cutShard({ table, source, range: { firstRow: 0, rows: 1 }, signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

it('gives shards by their hash beside the files of the store, while they are lent', async () => {
  const { table, source } = await store.open('a\nfirst\nsecond\n');
  const shards = createShardFiles({ files: store.files });
  const shard = await cutShard({ table, source, range: { firstRow: 1, rows: 1 } });
  const key = shard.file.sha256;
  expect(await shards.has(key)).toBe(false);
  const [giveBack, giveBackAgain] = [shards.lend(shard), shards.lend(shard)];
  giveBack();
  expect([await shards.has(key), await shards.size(key)]).toEqual([true, 9]);
  expect(await readText((await shards.open(key, { start: 2, end: 4 })).stream)).toBe('sec');
  expect(await readText((await shards.open(source.sha256)).stream)).toBe('a\nfirst\nsecond\n');
  giveBackAgain();
  expect([await shards.has(key), await shards.size(key)]).toEqual([false, null]);
  await expect(shards.open(key)).rejects.toMatchObject({ code: 'not-found' });
  expect(await readFile(table.path, 'utf8')).toBe('a\nfirst\nsecond\n');
});
