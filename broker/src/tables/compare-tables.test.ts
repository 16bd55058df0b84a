import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { createTestStore } from './fixtures/tables.js';
import { compareTables } from './index.js';

async function compare(expected: string, found: string) {
  const store = await createTestStore();
  try {
    const paths = { expected: join(store.folder, 'expected'), found: join(store.folder, 'found') };
    await writeFile(paths.expected, expected);
    await writeFile(paths.found, found);
    return await compareTables(paths);
  } finally {
    await store.remove();
  }
}

it('names the first value that differs, counts the rows, and knows the largest distance', async () => {
  const difference = await compare('id,p\n1,0.5\n2,0.25\n3,x\n', 'id,p\n1,0.5\n2,0.75\n3,y\n');
  expect(difference).toEqual({
    rowsExpected: 3,
    rowsFound: 3,
    rowsDifferent: 2,
    first: { row: 2, column: 2, columnName: 'p', expected: '0.25', found: '0.75' },
    largestNumericDifference: 0.5,
  });
});

it('reads values over quotes, delimiters and line breaks inside them', async () => {
  const difference = await compare('a;b\r\n"x;\n""y""";1\r\n2;3\r\n', 'a;b\r\n"x;\n""y""";1\r\n2;"4"\r\n');
  expect(difference).toMatchObject({
    rowsDifferent: 1,
    first: { row: 2, column: 2, columnName: 'b', expected: '3', found: '4' },
  });
});

it('counts rows that only one table has', async () => {
  expect(await compare('a\n1\n', 'a\n1\n2\n3\n')).toMatchObject({
    rowsExpected: 1,
    rowsFound: 3,
    rowsDifferent: 2,
    first: { row: 2, column: 1, columnName: 'a', expected: null, found: '2' },
  });
  expect(await compare('a\n1\n', '')).toMatchObject({ rowsFound: 0, rowsDifferent: 1 });
});

it('says that the header differs', async () => {
  expect(await compare('a,b\n1,2\n', 'a,c\n1,2\n')).toMatchObject({
    rowsDifferent: 0,
    first: { row: 0, column: 2, expected: 'b', found: 'c' },
  });
});

it('finds no value that differs where only line endings, quotes or empty lines do', async () => {
  const difference = await compare('\ufeffa,b\n1,2\n', 'a,b\r\n\r\n"1",2');
  expect(difference).toMatchObject({ rowsDifferent: 0, first: null, largestNumericDifference: null });
});

it('finds exactly the rows that were changed, wherever chunks of the file end', async () => {
  const store = await createTestStore();
  onTestFinished(() => store.remove());
  const paths = { expected: join(store.folder, 'expected'), found: join(store.folder, 'found') };
  const rows = Array.from({ length: 40_000 }, (_, row) => [
    `"row ${row},\n"`,
    'x'.repeat(row % 40),
    String(row),
  ]);
  const text = (changed: ReadonlySet<number>) =>
    [
      'a,b,c',
      ...rows.map((row, at) => (changed.has(at) ? [...row.slice(0, 2), `${at + 7}`] : row).join(',')),
    ].join('\n');
  await writeFile(paths.expected, text(new Set()));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(rows.length - 1), { minLength: 1, maxLength: 50 }),
      async (changed) => {
        await writeFile(paths.found, text(new Set(changed)));
        expect(await compareTables(paths)).toMatchObject({
          rowsDifferent: changed.length,
          first: { row: Math.min(...changed) + 1, column: 3 },
          largestNumericDifference: 7,
        });
      },
    ),
    { numRuns: 5 },
  );
});

it('refuses what is no text table', async () => {
  await expect(compare('\0\0\n', 'a\n1\n')).rejects.toMatchObject({ code: 'csv-malformed' });
});
