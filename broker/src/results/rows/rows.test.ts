import type { ResultRows, ResultRowsQuery } from '@meshdeck/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileOf, untilDone } from '../fixtures/summarize-text.js';
import { openResult } from '../reading/open-result.js';
import { createReadDesk } from '../read-requests.js';
import { orderRows } from './row-order.js';

type Question = Partial<ResultRowsQuery>;

/** Pages of one result, as the hub's thread answers them. */
async function pagesOf(
  content: string,
  input?: string,
): Promise<(question?: Question) => Promise<ResultRows>> {
  const desk = createReadDesk();
  const file = {
    path: await fileOf(content),
    sha256: 'x',
    inputPath: input === undefined ? null : await fileOf(input, 'input.csv'),
  };
  return async (question = {}) => {
    const answer = await desk.handle(
      { kind: 'rows', file, query: { offset: 0, limit: 50, ...question } },
      untilDone,
    );
    if (answer.kind !== 'rows') throw new Error('Something else was answered.');
    return answer.page;
  };
}

const firstCells = ({ rows }: ResultRows) => rows.map(({ cells: [first] }) => first);
const numbered = (count: number) =>
  `id,x,prediction\n${Array.from({ length: count }, (_, row) => `${row},${(row * 7919) % count},p${row}`).join('\n')}\n`;

describe('a page', () => {
  it('has predictions first, then probabilities, what the app added, and the table', async () => {
    const page = await (
      await pagesOf('id,x,because,probability_a,prediction\n1,2,"a, b",0.5,a\n', 'id,x\n')
    )();
    expect(page.columns.map(({ name, role }) => [name, role])).toEqual([
      ['prediction', 'prediction'],
      ['probability_a', 'probability'],
      ['because', 'added'],
      ['id', 'input'],
      ['x', 'input'],
    ]);
    expect(page.rows).toEqual([{ row: 1, line: 2, cells: ['a', '0.5', 'a, b', '1', '2'], shortened: [] }]);
    expect(page).toMatchObject({ columnsTotal: 5, rowsTotal: 1, sorted: null });
  });

  it('is found anywhere in a long result, forwards and backwards', async () => {
    const page = await pagesOf(numbered(30_000));
    for (const offset of [29_990, 0, 15_000, 8191, 8192, 4095, 29_999]) {
      const { rows } = await page({ offset, limit: 5, columns: 'id' });
      expect(rows.map(({ row }) => row)).toEqual(
        Array.from({ length: Math.min(5, 30_000 - offset) }, (_, at) => offset + at + 1),
      );
      expect(rows.map(({ cells: [id], line }) => [Number(id), line])).toEqual(
        rows.map(({ row }) => [row - 1, row + 1]),
      );
    }
    expect(await page({ offset: 40_000 })).toMatchObject({ rows: [], rowsTotal: 30_000 });
  });

  it('shortens long cells and says which, never in the middle of a character', async () => {
    const page = await (await pagesOf(`a,b\n${'😀'.repeat(150)},short\n`))();
    expect(page.rows[0]?.cells[0]).toBe(`${'😀'.repeat(99)}…`);
    expect(page.rows[0]?.shortened).toEqual([0]);
  });

  it('takes columns by name or place, in the order they are asked for', async () => {
    const page = await pagesOf('a,b,a\n1,2,3\n');
    expect((await page({ columns: ['#3', 'b'] })).rows[0]?.cells).toEqual(['3', '2']);
    await expect(page({ columns: ['c'] })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(page({ sort: '#9' })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('an order', () => {
  it('is by number where the column holds numbers, with what is none and nothing last, either way', async () => {
    const page = await pagesOf('x\n10\n9\nNaN\n\n"" \n1e1\n-3\ninf\n7\n8\n6\n5\n4\nn.d.\n');
    const up = await page({ sort: 'x' });
    expect(firstCells(up)).toEqual([
      '-3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
      '1e1',
      'inf',
      'NaN',
      'n.d.',
      '',
    ]);
    expect(up.sorted).toMatchObject({ by: 'numbers', descending: false, rows: 13 });
    const down = await page({ sort: 'x', descending: true });
    expect(firstCells(down)).toEqual([
      'inf',
      '10',
      '1e1',
      '9',
      '8',
      '7',
      '6',
      '5',
      '4',
      '-3',
      'NaN',
      'n.d.',
      '',
    ]);
  });

  it('is by letters where it holds text, numbers in it by size', async () => {
    const page = await pagesOf('x,y\np10,1\np9,2\nÄpfel,3\n,4\nzebra,5\napfel,6\n');
    const { rows, sorted } = await page({ sort: 'x' });
    expect(rows.map(({ row }) => row)).toEqual([6, 3, 2, 1, 5, 4]);
    expect(sorted).toMatchObject({ by: 'text' });
  });

  it('holds the first rows of any table in the order that sorting all of it gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 12 }),
        async (values, descending, most) => {
          const table = await openResult(await fileOf(`x\n${values.join('\n')}\n`));
          const { order, rows } = await orderRows(table, { column: 0, descending, most }, untilDone);
          const wanted = values
            .map((value, row) => ({ value, row: row + 1 }))
            .sort((a, b) => (descending ? b.value - a.value : a.value - b.value) || a.row - b.row)
            .slice(0, most);
          expect(order.places.map(({ row }) => row)).toEqual(wanted.map(({ row }) => row));
          expect(rows).toBe(values.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reaches 10,000 rows, and says how to see the others', async () => {
    const page = await pagesOf(numbered(25_000));
    const last = await page({ sort: 'x', offset: 9_990, columns: 'x' });
    expect(firstCells(last)).toEqual(Array.from({ length: 10 }, (_, at) => String(9_990 + at)));
    expect(last).toMatchObject({ rowsTotal: 25_000, sorted: { rows: 10_000 } });
    await expect(page({ sort: 'x', offset: 10_000 })).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('Sort the other way round') as string,
    });
  });
});
