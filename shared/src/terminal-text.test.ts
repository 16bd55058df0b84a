import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanJson, cleanLine, cleanText } from './terminal-text.js';

/** By Unicode's own properties, not by our list. */
const acts = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const anyText = fc.string({ unit: 'binary' });

it('leaves nothing that a terminal acts on in a line, whatever it is made of', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(cleanLine(text)).not.toMatch(acts);
      expect(cleanText(text).replace(/[\n\t]/g, '')).not.toMatch(acts);
    }),
  );
});

it('writes JSON that means the same and has nothing in it that a terminal acts on', () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText))), (value) => {
      const json = cleanJson(JSON.stringify(value));
      expect(JSON.parse(json)).toEqual(value);
      expect(json).not.toMatch(acts);
    }),
  );
  expect(cleanJson('"\u009b\u{e0041}"')).toBe('"\\u009b\\udb40\\udc41"');
});

it.each([
  ['\u001b[32mstrong\u001b[0m', '\uFFFD[32mstrong\uFFFD[0m'],
  ['\u009b2K\rProtection  strong', '\uFFFD2K\uFFFDProtection  strong'],
  ['\u001b]0;title\u0007x', '\uFFFD]0;title\uFFFDx'],
  ['invoice\u202Efdp.exe', 'invoice\uFFFDfdp.exe'],
  ['a\u200Bb\u00ADc\uFEFFd', 'a\uFFFDb\uFFFDc\uFFFDd'],
])('makes %j visible', (text, shown) => {
  expect(cleanText(text)).toBe(shown);
});

it.each(['Ångström °C', '温度', 'می\u200Cخواهم', '👩\u200D🔬', 'a\tb\nc', 'عربي'])(
  'leaves %j as it is',
  (text) => {
    expect(cleanText(text)).toBe(text);
  },
);
