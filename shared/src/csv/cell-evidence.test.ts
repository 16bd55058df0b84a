import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellEvidence, evidence, textEvidence } from './cell-evidence.js';

const namesOf = (bits: number): string[] =>
  Object.entries(evidence)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name);

function ofBytes(text: string): number {
  const bytes = new TextEncoder().encode(`;${text};`);
  return cellEvidence(bytes, 1, bytes.length - 1);
}

describe('the evidence of a cell', () => {
  it.each<[string, string[]]>([
    ['12', ['otherNumber']],
    ['1.0', ['zeroOne', 'pointDecimal']],
    ['1.250', ['otherNumber', 'pointOpen']],
    ['0.250', ['otherNumber', 'pointDecimal']],
    ['1,250', ['otherNumber', 'commaOpen']],
    ['001,250', ['otherNumber', 'commaOpen']],
    ['1234,567', ['otherNumber', 'commaDecimal']],
    ['1.250.000', ['otherNumber', 'pointGroups']],
    ['1.250,5', ['otherNumber', 'pointGroups', 'commaDecimal']],
    ['1,25,000.5', ['otherNumber', 'pointDecimal', 'commaGroups']],
    ['1\u202f250,5', ['otherNumber', 'commaDecimal', 'spaceGroups']],
    ['1\u2019250', ['otherNumber', 'apostropheGroups']],
    ['1,250E+03', ['otherNumber', 'commaDecimal']],
    ['12 %', ['otherNumber', 'percent']],
    ['($1,200.50)', ['otherNumber', 'pointDecimal', 'commaGroups', 'currency']],
    ['-nan', ['missing']],
    ['#N/A', ['missing']],
    ['', ['missing']],
    [' ', ['missing']],
    ['False', ['truthWord']],
    ['y', ['trueLetter']],
    ['F', ['falseLetter']],
    ['2024-01-05T12:30:00Z', ['date']],
    ['5. Jan. 2024', ['date']],
    ['12:30', ['date']],
    ['12 kg', ['quantity']],
    ['<0.5', ['quantity']],
    ['1_000', ['quantity']],
    ['\uff11\uff12', ['quantity']],
    ['1,25,00', ['quantity']],
    ['5-10', ['text']],
    ['May', ['text']],
    ['10 Downing Street', ['text']],
  ])('of %j', (text, names) => expect(namesOf(ofBytes(text))).toEqual(names));

  it('is the same from bytes and from text', () => {
    const piece = fc.constantFrom('0', '1', '25', '000', '.', ',', ' ', '-', '+', 'e', '%', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(namesOf(ofBytes(text)), text).toEqual(namesOf(textEvidence(text)));
      }),
      { numRuns: 2000 },
    );
  });
});
