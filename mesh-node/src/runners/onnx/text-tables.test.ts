import { readingWarnings } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { refusalOf, runHere } from './run-here.js';

const values = (column: string, input: string) => ({
  ...{ column, input, missing: 0, unseen: 0, unseenExamples: [] as string[], trimmable: 0 },
});

/** `houses` gives 1 * area + 100 * (Attchd 1, Detchd 2, NA 3) + 10000 * (BrkFace 1, None 2, Stone 3). */
describe('texts as categories', () => {
  it('hands NA, None and the like to the model as they are written', async () => {
    const { column, run } = await runHere(
      'houses',
      'Id,GrLivArea,GarageType,MasVnrType\n1,1,Attchd,BrkFace\n2,2,NA,None\n3,3,Detchd,None\n4,4,Attchd,Stone\n',
    );
    expect(column('prediction')).toEqual(['10101', '20302', '20203', '30104']);
    expect(run.reading.values).toEqual([]);
    expect(readingWarnings(run.reading)).toEqual([]);
  });

  it.each(['null', 'nan', 'N/A', 'none', '#N/A', 'True', '1', '1.0'])(
    'takes %j for a category like any other',
    async (cell) => {
      const { run } = await runHere('houses', `GrLivArea,GarageType,MasVnrType\n1,${cell},None\n`);
      expect(run.reading.values).toEqual([
        { ...values('GarageType', 'GarageType'), unseen: 1, unseenExamples: [cell] },
      ]);
    },
  );

  it('counts an empty cell as missing and not as a value', async () => {
    const { column, run } = await runHere('houses', 'GrLivArea,GarageType,MasVnrType\n1,,None\n2,"",None\n');
    expect(column('prediction')).toEqual(['20001', '20002']);
    expect(run.reading.values).toEqual([{ ...values('GarageType', 'GarageType'), missing: 2 }]);
    expect(readingWarnings(run.reading)).toEqual([
      'Column "GarageType": 2 cells have no value; the model gets NaN or an empty text there, and many models give a result all the same.',
    ]);
  });

  it('keeps blanks, and says which values would be known without them or in another case', async () => {
    const csv =
      'GrLivArea,GarageType,MasVnrType\n1, Attchd,None\n2,attchd ,None\n3,Attchd,NONE\n4,Carport,None\n';
    const { column, run } = await runHere('houses', csv);
    expect(column('prediction')).toEqual(['20001', '20002', '103', '20004']);
    expect(run.reading.values).toEqual([
      {
        ...values('GarageType', 'GarageType'),
        unseen: 3,
        unseenExamples: [' Attchd', 'attchd ', 'Carport'],
        trimmable: 2,
        near: [
          { cell: ' Attchd', known: 'Attchd' },
          { cell: 'attchd ', known: 'Attchd' },
        ],
      },
      {
        ...values('MasVnrType', 'MasVnrType'),
        unseen: 1,
        unseenExamples: ['NONE'],
        trimmable: 1,
        near: [{ cell: 'NONE', known: 'None' }],
      },
    ]);
    expect(readingWarnings(run.reading)).toEqual([
      'Column "GarageType": 3 values the model has never seen: " Attchd", "attchd ", "Carport".',
      'Column "GarageType": 2 of these cells would be known without blanks around the text or in another case, such as " Attchd" for "Attchd".',
      'Column "MasVnrType": 1 value the model has never seen: "NONE".',
      'Column "MasVnrType": 1 of these cells would be known without blanks around the text or in another case, such as "NONE" for "None".',
    ]);
  });

  it('names the values that an encoder does not hold', async () => {
    const { column, run } = await runHere('encoder', 'Ort\nBerlin\nKöln\nHamburg\nBasel\nKöln\n');
    expect(column('prediction')).toEqual(['1', '-1', '2', '-1', '-1']);
    expect(run.reading.values).toEqual([
      { ...values('Ort', 'Ort'), unseen: 3, unseenExamples: ['Köln', 'Basel'] },
    ]);
    expect(readingWarnings(run.reading)).toEqual([
      'Column "Ort": 2 values the model has never seen (in 3 cells): "Köln", "Basel".',
    ]);
  });

  it('counts all of many values and names the first few', async () => {
    const { run } = await runHere(
      'encoder',
      `Ort\n${Array.from({ length: 20_000 }, (_, at) => `Dorf ${at % 15_000}\n`).join('')}`,
    );
    expect(run.reading.values).toMatchObject([
      { unseen: 20_000, unseenExamples: ['Dorf 0', 'Dorf 1', 'Dorf 2', 'Dorf 3', 'Dorf 4'] },
    ]);
    expect(readingWarnings(run.reading)).toEqual([
      expect.stringMatching(
        /^Column "Ort": 20000 cells with values the model has never seen, such as "Dorf 0"/,
      ) as string,
    ]);
  });

  it('looks numbers up too', async () => {
    const { column, run } = await runHere('numbered-category', 'zone\n7\n8.0\n12\n9\n');
    expect(column('prediction')).toEqual(['7', '8', '0', '9']);
    expect(run.reading.values).toEqual([{ ...values('zone', 'zone'), unseen: 1, unseenExamples: ['12'] }]);
  });

  it.each([
    [
      'a value',
      'colour\nred\n"pur\u0000ple"\n',
      /^csv-(value-invalid: Line 3, column "colour" says "pur\\u0000ple", which the model has never seen|malformed)/,
    ],
    [
      'a value in another case',
      'colour\nred\nRed\n',
      /Line 3, column "colour" says "Red", which the model has never seen, and it was exported so that it fails/,
    ],
    [
      'no value',
      'colour,n\nred,1\n,2\n',
      /Line 3, column "colour" has no value, which the model has never seen/,
    ],
  ])('refuses %s that the model would fail on, with its line', async (_, csv, sentence) => {
    expect(await refusalOf('strict-category', csv)).toMatch(sentence);
  });
});

describe('texts of words', () => {
  it('counts rows in which the model knows no word', async () => {
    const { column, run } = await runHere('words', 'review\n"Good, great film"\nbad\n\n"nothing at all"\n');
    expect(column('prediction')).toEqual(['101', '0', '0']);
    expect(run.reading.values).toEqual([
      { ...values('review', 'input'), unseen: 2, unseenExamples: ['bad', 'nothing at all'], words: true },
    ]);
    expect(readingWarnings(run.reading)).toEqual([
      'Column "review": 2 texts without a word that the model knows, such as "bad", "nothing at all".',
    ]);
  });

  it('takes null and NA for words', async () => {
    const { run } = await runHere('words', 'id,review\n1,null\n2,good\n');
    expect(run.reading.values).toMatchObject([{ missing: 0, unseen: 1, unseenExamples: ['null'] }]);
  });
});

describe('truth inputs', () => {
  it.each([
    ['a word of another language', 'ja', '100'],
    ['letters', 'T', '100'],
    ['numbers', '0', '0'],
    ['numbers with a fraction', '1.0', '100'],
  ])('take %s', async (_, cell, expected) => {
    const { column } = await runHere(
      'columns-mixed',
      `age,visits,member,city,income,room_count\n0,0,${cell},x,0,0\n`,
    );
    expect(column('prediction')).toEqual([expected]);
  });

  it.each([
    ['a gap', '', /has no value, and this model needs true or false/],
    ['another number', '2', /says "2" in a column of truth values/],
    ['another word', 'perhaps', /says "perhaps" where the model needs true or false/],
  ])('refuse %s', async (_, cell, sentence) => {
    const csv = `age,visits,member,city,income,room_count\n0,0,${cell},x,0,0\n`;
    expect(await refusalOf('columns-mixed', csv)).toMatch(sentence);
  });
});
