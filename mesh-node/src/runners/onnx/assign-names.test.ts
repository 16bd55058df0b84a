import { describe, expect, it } from 'vitest';
import { assignNames } from './assign-names.js';

/** For each wanted name the column that is taken for it, `?` where there are several, `-` where there is none. */
const found = (wanted: string[], header: string[]): string[] =>
  assignNames(wanted, header).map((match) =>
    match.kind === 'found' ? String(match.column) : match.kind === 'ambiguous' ? '?' : '-',
  );

describe('names of columns', () => {
  it.each([
    ['as written before any other spelling', ['temp', 'TEMP'], ['TEMP', 'Temp', 'temp'], ['2', '0']],
    ['in any case', ['temp'], [' Temp '], ['0']],
    ['whatever stands between words', ['Sepal.Length'], ['sepal length'], ['0']],
    ['of accents', ['Münze'], ['MUNZE'], ['0']],
    ['with accents composed or not', ['caf\u00e9'], ['cafe\u0301'], ['0']],
    ['as one word', ['SepalLength'], ['sepal_length'], ['0']],
    ['as skl2onnx spells them', ['____'], ['売上金額'], ['0']],
    ['with the unit on one side', ['temp', 'Width [mm]'], ['width', 'temp (°C)'], ['1', '0']],
    ['not with two units', ['Width [mm]'], ['Width [in]'], ['-']],
    ['not one column for two names', ['a_b', 'A B'], ['a-b'], ['?', '?']],
    ['not two columns for one name', ['kind'], ['Kind', 'KIND'], ['?']],
    ['of duplicates as pandas reads them', ['a.2', 'a'], ['a', 'a', 'a'], ['2', '0']],
    ['of duplicates as skl2onnx reads those', ['a', 'a_1'], ['a', 'a'], ['0', '1']],
    ['not the first of duplicates', ['a'], ['a', 'a'], ['?']],
    ['with marks that nobody sees', ['a'], ['\ufeffa\u200b'], ['0']],
  ])('are found %s', (_, wanted, header, columns) => expect(found(wanted, header)).toEqual(columns));
});
