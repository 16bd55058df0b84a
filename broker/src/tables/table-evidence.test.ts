import { evidence } from '@meshdeck/shared/csv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestStore, type TestStore } from './fixtures/tables.js';
import { tableEvidence } from './index.js';

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.remove());

const evidenceOf = async (content: string | Buffer) => tableEvidence((await store.open(content)).table);

/** Longer than what is read of a file at a time, several times over. */
const plainRows = '1,2.5,x\n'.repeat(200_000);

describe("the evidence of a table's columns on the hub", () => {
  it('is left out where a program wrote the numbers, between commas', async () => {
    expect(await evidenceOf(`a,b,c\n${plainRows}`)).toBeUndefined();
    expect(await evidenceOf('day,count\n2024-01-05,1\n,NA\n')).toBeUndefined();
  });

  it('knows a per cent sign in the last row', async () => {
    const masks = await evidenceOf(`a,b,c\n${plainRows}2,5%,x\n`);
    expect(masks?.map((mask) => (mask & evidence.percent) !== 0)).toEqual([false, true, false]);
  });

  it.each<[string, string, string, string, boolean]>([
    ['one currency', '$5', '$7', '', false],
    ['one currency, and a bare number', '$5', '7', '', false],
    ['two currencies', '$5', '€7', '', true],
    ['two currencies by code', 'USD 5', '7 CHF', '', true],
    ['two currencies in Windows-1252', '$5', '\u00807', 'latin1', true],
  ])('knows %s far apart', async (_, first, last, encoding, several) => {
    const text = `a,b,c\n${first},1,x\n${plainRows}${last},1,x\n`;
    const masks = await evidenceOf(encoding === 'latin1' ? Buffer.from(text, 'latin1') : text);
    expect(masks?.map((mask) => (mask & evidence.currency) !== 0)).toEqual([true, false, false]);
    expect(masks?.map((mask) => (mask & evidence.currencies) !== 0)).toEqual([several, false, false]);
  });

  it('knows truth words, grouped thousands and decimal commas between commas', async () => {
    const masks = await evidenceOf('a,b,c\nTrue,1 250,"2,5"\nFalse,12,3\n');
    expect(
      masks?.map((mask) => mask & (evidence.truthWord | evidence.spaceGroups | evidence.commaDecimal)),
    ).toEqual([evidence.truthWord, evidence.spaceGroups, evidence.commaDecimal]);
  });
});
