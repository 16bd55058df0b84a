import { expect, it } from 'vitest';
import { previewColumns, roundedNumber } from './preview-columns.js';

const outputs = [
  { output: 'y', columns: ['prediction', 'p_0'], how: 'as it is' },
  { output: 'z', columns: [], how: 'not in the result' },
];

it('shows what was predicted first, and a column of the table that only bears such a name as the table has it', () => {
  const columns = ['prediction', 'a', 'prediction', 'p_0'];
  expect(previewColumns({ columns }, { outputs }).map(({ at, isResult }) => [at, isResult])).toEqual([
    [2, true],
    [3, true],
    [0, false],
    [1, false],
  ]);
});

it('shows the table where nothing was predicted, and no more columns than a person looks at', () => {
  const columns = Array.from({ length: 100 }, (_, at) => `c${at}`);
  expect(previewColumns({ columns }, { outputs: [] }).map(({ at }) => at)).toEqual([0, 1, 2, 3, 4, 5]);
});

it.each([
  ['0.99957925', '0.9996'],
  ['3.1303248e-8', '3.13e-8'],
  ['0.000084291896', '0.00008429'],
  ['0.25', '0.25'],
  ['237141.5', '237141.5'],
  ['12345.678', '12345.7'],
  ['1234567', '1234567'],
  ['00012345678', '00012345678'],
  ['-1.2500001', '-1.25'],
  ['2024-01-01', '2024-01-01'],
  ['', ''],
])('shows %s as %s', (text, shown) => {
  expect(roundedNumber(text)).toBe(shown);
});
