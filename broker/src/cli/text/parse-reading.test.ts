import { describe, expect, it } from 'vitest';
import {
  collectMap,
  collectNames,
  parseDecimal,
  parseDelimiter,
  parseEncoding,
  parseFooter,
  parseHeader,
  parseOutput,
} from './parse-reading.js';

describe('what is said of a reading on the command line', () => {
  it.each([
    [',', ','],
    ['Semicolon', ';'],
    ['tab', '\t'],
    ['\\t', '\t'],
    ['\t', '\t'],
    ['pipe', '|'],
    ['space', ' '],
  ])('takes %j for the delimiter %j', (text, delimiter) => expect(parseDelimiter(text)).toBe(delimiter));

  it.each([
    ['UTF8', 'utf-8'],
    ['utf-16', 'utf-16le'],
    ['Windows-1252', 'windows-1252'],
    ['cp1252', 'windows-1252'],
    ['latin1', 'iso-8859-1'],
    ['ISO-8859-15', 'iso-8859-15'],
    ['Shift_JIS', 'shift_jis'],
    ['KOI8-R', 'koi8-r'],
  ])('takes %s for the encoding %s', (text, encoding) => expect(parseEncoding(text)).toBe(encoding));

  it('takes a line, or that there is none', () => {
    expect([parseHeader('none'), parseHeader('3'), parseFooter('none'), parseFooter('12')]).toEqual([
      'none',
      3,
      'none',
      12,
    ]);
    for (const wrong of ['0', '-1', '1.5', 'first', '']) expect(() => parseHeader(wrong)).toThrow('none');
    expect(() => parseFooter('1')).toThrow('from 2 up');
  });

  it('takes the decimal sign by name, too', () => {
    expect([parseDecimal('.'), parseDecimal('comma')]).toEqual(['.', ',']);
    expect(() => parseDecimal(';')).toThrow('.');
  });

  it('gathers the columns of an input in the order in which they are given', () => {
    const first = collectMap('x=b', undefined);
    expect(collectMap('y=c=d', collectMap('x=a', first))).toEqual({ x: ['b', 'a'], y: ['c=d'] });
    for (const wrong of ['x', '=b', 'x=']) expect(() => collectMap(wrong, undefined)).toThrow('INPUT=COLUMN');
    expect(collectNames('b', ['a'])).toEqual(['a', 'b']);
  });

  it('takes no file for an output', () => {
    expect(parseOutput('logits')).toBe('logits');
    expect(() => parseOutput('out/p.csv')).toThrow('--out out/p.csv');
  });

  it('says what there is where it knows no such encoding or delimiter', () => {
    expect(() => parseEncoding('ebcdic')).toThrow('windows-1252');
    expect(() => parseDelimiter('::')).toThrow('semicolon');
  });
});
