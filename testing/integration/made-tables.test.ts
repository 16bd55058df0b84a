import { madeTableReading, type ReadingOptions } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { convertWorkbookOf } from '../../broker/src/conversion/fixtures/workbook-of.js';
import { refusalOf, runHere } from '../../mesh-node/src/runners/onnx/run-here.js';

type Cell = string | number;

/** The CSV of a sheet with these cells under the names `a` and `b`, and how it is read with what is told. */
async function made(rows: Cell[][], told: ReadingOptions = {}) {
  const cell = (value: Cell) =>
    typeof value === 'number' ? `<c><v>${value}</v></c>` : `<c t="str"><v>${value}</v></c>`;
  const xml = [['a', 'b'], ...rows].map((row) => `<row>${row.map(cell).join('')}</row>`).join('');
  const { text, textNumbers } = await convertWorkbookOf({ rows: xml });
  return [text, { ...told, ...madeTableReading({ format: 'xlsx', textNumbers }) }] as const;
}

it.each<[string, Cell[][], ReadingOptions, number[]]>([
  ['number cells', [[1.125, 1250]], {}, [1.125, 1250]],
  ['number cells, whatever is told', [[1.125, 1250]], { decimal: ',' }, [1.125, 1250]],
  ['a text that shows its comma', [['1,5', 1250]], {}, [1.5, 1250]],
  ['a text that shows both signs', [['1.250,50', 1250]], {}, [1250.5, 1250]],
  ['1,250 with a decimal comma', [['1,250', 1250]], { decimal: ',' }, [1.25, 1250]],
  ['1,250 with a decimal point', [['1,250', 1250]], { decimal: '.' }, [1250, 1250]],
  ['1.250 with a decimal comma', [['1.250', 2]], { decimal: ',' }, [1250, 2]],
])('reads what a sheet says: %s', async (_what, rows, told, expected) => {
  const { column } = await runHere('cells-double', ...(await made(rows, told)));
  expect([...column('prediction_0'), ...column('prediction_1')].map(Number)).toEqual(expected);
});

it.each<[string, Cell[][], RegExp]>([
  ['1,250 beside whole numbers', [['1,250', 1250]], /which can be 1.25 or 1250: .* Say --decimal ,/],
  [
    '1,5 beside a fraction',
    [['1,5', 0.5]],
    /says "1,5", but .* a decimal point. Write all numbers in one way/,
  ],
])('refuses what can be two numbers: %s', async (_what, rows, words) => {
  expect(await refusalOf('cells-double', ...(await made(rows)))).toMatch(words);
});
