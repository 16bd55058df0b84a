import { describe, expect, it } from 'vitest';
import { judge, type Case, type Outcome } from './judge.mjs';
import { recordsOf, tableOf } from './read-result.mjs';

const one = (more: Partial<Case>): Case => ({
  name: 'kind/name',
  accept: 'value',
  model: 'm',
  table: 't.csv',
  source: 's',
  why: 'w',
  expect: [{ prediction: [1.5, 'a', ['', 'NaN']] }],
  ...more,
});
const result = (text: string, rows = 3, reading = ''): Outcome => ({
  table: Buffer.from(text),
  rows,
  reading,
});
const refusal = (sentence: string, code = 'csv-malformed'): Outcome => ({ code, sentence });

describe('the judge of forms', () => {
  it.each([
    ['right', one({}), result('x;prediction\n1;1.500001\n2;a\n3;NaN\n')],
    ['wrong', one({}), result('x;prediction\n1;1.51\n2;a\n3;\n')],
    ['wrong', one({}), result('x;prediction\n1;1.5\n2;A\n3;\n')],
    ['wrong', one({}), result('x;prediction\n1;1.5\n2;a\n', 2)],
    ['wrong', one({}), result('x;prediction\n1;1.5\n2;a\n3;\n', 4)],
    ['wrong', one({}), result('x;other\n1;1.5\n2;a\n3;\n')],
    ['wrong', one({ absent: '^probability_' }), result('probability_0;prediction\n1;1.5\n2;a\n3;\n')],
    ['wrong', one({ accept: 'refuse', refuse: 'x' }), result('x;prediction\n1;1.5\n2;a\n3;\n')],
    ['unsaid', one({ says: 'Köln' }), result('x;prediction\n1;1.5\n2;a\n3;\n')],
    ['right', one({ says: 'Köln' }), result('x;prediction\n1;1.5\n2;a\n3;\n', 3, 'unseen: Köln')],
    ['refused badly', one({}), refusal('Line 2 is odd.')],
    ['refused well', one({ accept: 'either', refuse: 'line 2' }), refusal('Line 2 is odd.')],
    ['refused badly', one({ accept: 'either', refuse: 'line 3' }), refusal('Line 2 is odd.')],
    ['refused badly', one({ accept: 'refuse', refuse: 'line', never: 'odd' }), refusal('Line 2 is odd.')],
    ['refused badly', one({ accept: 'refuse', refuse: 'Conv' }), refusal('Conv at conv.cc:12 failed')],
    ['refused badly', one({ accept: 'refuse', refuse: 'line' }), refusal('Line 2 broke.', 'internal')],
  ])('says %s', (verdict, of, outcome) => {
    expect(judge(of, outcome).verdict).toBe(verdict);
  });

  it('takes any of several expectations', () => {
    const of = one({ expect: [{ prediction: [1] }, { prediction_y: [2] }] });
    expect(judge(of, result('prediction_y\n2\n', 1)).verdict).toBe('right');
  });
});

describe('the reader of results', () => {
  it('reads quotes, line breaks in quotes, every line end and blank lines as Python does', () => {
    const records = recordsOf('a,"b ""x""\n",c\r\n1,,"3"\r\r\n\n5" pipe,2,3', ',');
    expect(records).toEqual([
      ['a', 'b "x"\n', 'c'],
      ['1', '', '3'],
      ['5" pipe', '2', '3'],
    ]);
  });

  it('finds the delimiter by the names asked for', () => {
    expect(tableOf('a,b;prediction\n1,5;2\n', ['prediction']).rows).toEqual([['1,5', '2']]);
  });
});
