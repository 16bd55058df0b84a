import { expect, it } from 'vitest';
import { collectParams } from './parse-params.js';

it('takes one after another, with everything after the first "=" as the value', () => {
  const first = collectParams('threshold=0.5', undefined);
  expect(collectParams('query=a=b "c"\nd', first)).toEqual({ threshold: 0.5, query: 'a=b "c"\nd' });
  expect(collectParams('empty=', undefined)).toEqual({ empty: '' });
});

it.each([
  ['threshold', 'Give it as NAME=VALUE; "threshold=" sets an empty text.'],
  ['=1', '"" is no name of a parameter'],
  ['__proto__=1', '"__proto__" is no name of a parameter'],
  ['a b=1', '"a b" is no name of a parameter'],
  ['--x=1', '"--x" is no name of a parameter'],
])('refuses %j', (text, sentence) => {
  expect(() => collectParams(text, undefined)).toThrow(sentence);
});

it('refuses one that is given twice', () => {
  expect(() => collectParams('a=2', { a: 1 })).toThrow('The parameter "a" is given twice.');
});
