import { readingWarnings } from '@meshdeck/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf, runHere } from './run-here.js';

type Told = Parameters<typeof runHere>[2];

/**
 * Tables whose columns have to be found. The models give 1 * first + 100 * second + 10000 * third feature, so 30201 is
 * 1, 2, 3 in that order.
 */
describe('which column feeds which input', () => {
  it.each<[string, string, string, string, Told?]>([
    ['a plain table', 'places', 'a,b,c\n1,2,3\n', '30201'],
    ['the index of pandas', 'places', ',a,b,c\n0,1,2,3\n1,1,2,3\n', '30201'],
    ['the index of pandas after a split', 'places', ',a,b,c\n103,1,2,3\n5,1,2,3\n', '30201'],
    [
      'an index that was read and written twice',
      'places',
      'Unnamed: 0.1,Unnamed: 0,a,b,c\n0,0,1,2,3\n',
      '30201',
    ],
    [
      'names of rows as R writes them',
      'places',
      '"","a","b","c"\n"Mazda RX4",1,2,3\n"Datsun",1,2,3\n',
      '30201',
    ],
    ['row names among numbers', 'places', ',a,b,c\n1,1,2,3\nTotal,1,2,3\n', '30201'],
    ['the index of readr', 'places', '...1,a,b,c\n1,1,2,3\n', '30201'],
    ['an index called X, as R reads one', 'places', 'X,a,b,c\n1,1,2,3\n', '30201'],
    ['an index called rownames', 'places', 'rownames,a,b,c\n1,1,2,3\n', '30201'],
    ['a delimiter at each end', 'places', 'a,b,c,\n1,2,3,\n', '30201'],
    [
      'ids, dates, texts and a label',
      'places',
      'id,when,a,note,b,c,label\n7,2024-01-05,1,x,2,3,0\n',
      '30201',
    ],
    ['a time of day', 'places', 'at,a,b,c\n12:30,1,2,3\n', '30201'],
    ['a target that alone is too much', 'places', 'a,b,c,y\n1,2,3,9\n', '30201'],
    ['a target in front', 'places', 'outcome,a,b,c\n9,1,2,3\n', '30201'],
    ['a reference that alone is too much', 'places', 'store_id,a,b,c\n9,1,2,3\n', '30201'],
    ['a reference in one word', 'places', 'PassengerId,a,b,c\n9,1,2,3\n', '30201'],
    ['a reference that is a feature', 'places', 'store_id,b,c\n1,2,3\n', '30201'],
    ['coordinates', 'places', 'x,y,z\n1,2,3\n', '30201'],
    ['the width in the weights alone', 'places-open', ',a,b,c\n0,1,2,3\n', '30201'],
    ['the width in the weights, and the target in front', 'places-open', 'species,a,b,c\n9,1,2,3\n', '30201'],
    [
      'the width in the weights, and the target at the end',
      'places-open',
      'a,b,c,target\n1,2,3,9\n',
      '30201',
    ],
    ['a target that is called as the model calls its output', 'places', 'a,variable,b,c\n1,9,2,3\n', '30201'],
    ['truth values among numbers', 'places', 'a,b,sex_male\n1,2,True\n1,2,False\n', '10201'],
    ["features by the names in the model's file", 'metadata-names', 'class,Age,id,fare\n3,1,9,2\n', '30201'],
    ['features by the numbers that XGBoost gives them', 'places', 'f2,f0,f1\n3,1,2\n', '30201'],
    [
      'features by the numbers that LightGBM gives them',
      'places',
      'Column_1,Column_0,Column_2\n2,1,3\n',
      '30201',
    ],
    ['features by the numbers behind the name of the input', 'places', 'x_2,x_0,x_1\n3,1,2\n', '30201'],
    ['the same, written together', 'numbered-features', 'input3,input1,input2\n3,1,2\n', '30201'],
    ['a window that counts back', 'places', 't-3,t-2,t-1\n1,2,3\n', '30201'],
    ['wavelengths that go down', 'places', 'w900,w800,w700\n1,2,3\n', '30201'],
    ['names in another case', 'named', 'LOT, Baths,SQFT\n3,2,1\n', '30201'],
    ['names in quotes that stayed', 'named', "'lot','baths','sqft'\n3,2,1\n", '30201'],
    ['a byte order mark', 'named', '\ufefflot,baths,sqft\n3,2,1\n', '30201'],
    ['a mark in the middle of a name', 'named', 'lot,\ufeffbaths,sq\u200bft\n3,2,1\n', '30201'],
    ['further columns', 'named', 'id,lot,price,baths,sqft\n9,3,9,2,1\n', '30201'],
    [
      'names as a converter spells them',
      'converter-names',
      'home.dest,年齢,Sepal Length (cm)\n2,3,1\n',
      '30201',
    ],
    ['names as R spells them', 'converter-names', 'home.dest,年齢,Sepal.Length..cm.\n2,3,1\n', '30201'],
    ['names as one word', 'converter-names', 'HomeDest,年齢,sepalLengthCM\n2,3,1\n', '30201'],
    ['units', 'units', 'Größe,temp [°C],Height (in)\n3,2,1\n', '30201'],
    [
      'an accent composed another way',
      'units',
      'Gro\u0308ße,temp,height_in\n3,2,1\n'.normalize('NFD'),
      '30201',
    ],
    ['an accent left out', 'units', 'Große,temp,height_in\n3,2,1\n', '30201'],
    ['duplicates as pandas calls them', 'pandas-duplicates', 'b,a,a\n3,1,2\n', '30201'],
    ['duplicates that pandas called so', 'pandas-duplicates', 'a.1,b,a\n2,3,1\n', '30201'],
    ['a map', 'places', 'p,q,r,s\n3,9,1,2\n', '30201', { map: { x: ['r', 's', 'p'] } }],
    ['a map by place', 'places', 'a,a,a,a\n3,9,1,2\n', '30201', { map: { x: ['#3', '#4', '#1'] } }],
    ['a map of one input', 'named', 'area,baths,lot\n1,2,3\n', '30201', { map: { sqft: ['area'] } }],
    ['columns told aside', 'places', 'a,p,b,q,c\n1,9,2,9,3\n', '30201', { aside: ['p', 'Q'] }],
    ['the truth as told', 'places', 'price,a,b,c\n9,1,2,3\n', '30201', { truth: 'price' }],
    [
      'the truth as told, where it has the name of a feature',
      'places',
      'a,b,c,id\n9,1,2,3\n',
      '30201',
      { truth: 'a', map: { x: ['b', 'c', 'id'] } },
    ],
  ])('finds %s', async (_, model, csv, expected, told) => {
    const { column } = await runHere(model, csv, told ?? {});
    expect(column('prediction')[0]).toBe(expected);
  });

  it('takes a tree of open width by its highest feature', async () => {
    // feature 2 above 5: 2 or 3 by feature 0; else 1
    const rows = 'id,a,b,c,class\n1,9,0,9,0\n2,1,0,9,0\n3,1,0,1,0\n';
    expect((await runHere('tree-open', rows)).column('prediction')).toEqual(['3', '2', '1']);
    const truth = 'y,a,b,c\n1,9,0,9\n2,1,0,9\n3,1,0,1\n';
    expect((await runHere('tree-open', truth)).column('prediction')).toEqual(['3', '2', '1']);
  });

  it('tells a group of numbers from a group of texts', async () => {
    const { run, column } = await runHere('two-groups', 'p,q,r,s\na,1,2,b\n');
    // 1 + 100 * 2 + 10000 * 1 + 1000000 * 2
    expect(column('prediction')).toEqual(['2010201']);
    expect(run.reading.inputs).toMatchObject([
      { input: 'num', columns: ['q', 'r'], how: 'order' },
      { input: 'cat', columns: ['p', 's'], how: 'order' },
    ]);
  });

  it('finds the only text of a table, whatever it is called', async () => {
    const { column, run } = await runHere('words', 'id,review,stars\n0,"Good, great film",3\n1,bad,1\n');
    expect(column('prediction')).toEqual(['101', '0']);
    expect(run.reading.aside).toEqual([
      { column: 'id', why: 'named as an id' },
      { column: 'stars', why: 'numbers where the model takes text' },
    ]);
  });

  it.each<[string, string, string, RegExp, Told?]>([
    [
      'a column that nothing tells from the others',
      'places',
      'a,b,c,price\n1,2,3,9\n',
      /the CSV has 4: "a", "b", "c", "price"\. Nothing tells which one is no feature: put it aside with --aside COLUMN, or say which columns the model takes, in its order, with --map x=COLUMN once for each\.$/,
    ],
    [
      'a price in front of an open width',
      'places-open',
      'price,a,b,c\n9,1,2,3\n',
      /takes 3 number columns \(input "float_input" \[\?, \?\]\); the CSV has 4/,
    ],
    [
      'a price in front of a tree',
      'tree-open',
      'price,a,b,c\n9,1,2,3\n',
      /takes at least 3 number columns .*the CSV has 4/,
    ],
    [
      'two that both may be the one too much',
      'places',
      'store_id,a,b,c,y\n9,1,2,3,9\n'.replace('a,b', 'b').replace('1,2', '2'),
      /the CSV has 4: "store_id", "b", "c", "y"/,
    ],
    [
      'a column that is missing',
      'places',
      'patient,a,b\nP-0000,1,2\n',
      /the CSV has 2: "a", "b"\. Put aside as no number features: "patient" \(text such as "P-0000"\)\. The CSV lacks one number column: add it/,
    ],
    [
      'columns that are missing beside a label',
      'places',
      'id,a,label\n9,1,0\n',
      /has 1: "a"\. Put aside .*"id" \(named as an id\), "label" \(named as what is to be predicted\)\. The CSV lacks 2 number columns/,
    ],
    [
      'dates where a number is missing',
      'places',
      'day,a,b\n2024-01-05,1,2\n',
      /"day" \(dates or times such as "2024-01-05"\)/,
    ],
    [
      'numbers with units among others',
      'places',
      'a,b,weight,c\n1,2,12 kg,3\n',
      /the CSV has 4: "a", "b", "weight", "c"/,
    ],
    [
      'numbers with units that are needed',
      'places',
      'a,b,weight\n1,2,12 kg\n',
      /^csv-value-invalid: Line 2, column "weight" says "12 kg", a number with "kg" behind it/,
    ],
    [
      'an index that would fit',
      'places',
      ',a,b\n0,1,2\n',
      /the CSV has 2: "a", "b"\. Put aside as no number features: number 1 \(it has no name\) \(no name: the index of the rows\)/,
    ],
    [
      'numbers with many gaps that somebody wrote, and another column',
      'places',
      'a,b,c,d\n1,-,3,4\n1,-,3,4\n1,2,3,4\n',
      /the CSV has 4: "a", "b", "c", "d"/,
    ],
    [
      'numbers without a name',
      'places',
      'a,b,,c\n1,2,0.5,3\n',
      /has 4: "a", "b", number 3 \(it has no name\), "c"/,
    ],
    [
      'a target where the width is open for good',
      'dynamic-features',
      'a,b,y\n1,2,3\n',
      /takes any number of columns .*nothing tells whether "y" is a feature\. Put what is none aside with --aside COLUMN/,
    ],
    [
      'nothing where the width is open for good',
      'dynamic-features',
      'id,note\n1,x\n',
      /none that could be one\. Put aside .*"note" \(text such as "x"\)/,
    ],
    [
      'columns sorted as text',
      'places',
      'w1,w10,w2\n1,2,3\n',
      /"w1", "w10", "w2" are numbered but do not stand in that order/,
    ],
    [
      'columns shuffled',
      'places',
      'q3,q1,q2\n1,2,3\n',
      /are numbered but do not stand in that order, and the model takes them by order alone \(input "x"\)/,
    ],
    [
      'numbers behind the name of the input, one too many',
      'places',
      'x_0,x_1,x_2,x_3\n1,2,3,4\n',
      /the CSV has 4: "x_0", "x_1", "x_2", "x_3"/,
    ],
    [
      'a name that is missing',
      'named',
      'sqft,baths,plot\n1,2,3\n',
      /^csv-column-mismatch: The CSV lacks the column "lot"\. It has "plot", which the model does not know\..* say which one it is with --map lot=COLUMN/,
    ],
    [
      'a feature of the model that is missing',
      'metadata-names',
      'age,fare,deck\n1,2,3\n',
      /lacks the column "class"\. It has "deck"/,
    ],
    [
      'two columns of one name',
      'named',
      'sqft,baths,lot,LOT ,Lot\n1,2,3,4,5\n'.replace(',lot,', ',lots,'),
      /more than one column that could be the model's "lot": "LOT " \(#4\), "Lot" \(#5\)/,
    ],
    ['inches for centimetres', 'units', 'Height (cm),temp,Größe\n1,2,3\n', /lacks the column "height_in"/],
    [
      'two units of one quantity',
      'units',
      'height_in,temp [°C],temp [°F],Größe\n1,2,2,3\n',
      /more than one column that could be the model's "temp": "temp \[°C\]" \(#2\), "temp \[°F\]" \(#3\)/,
    ],
    [
      'two names that a converter spells alike',
      'converter-names',
      'Sepal_Length_(cm),home_dest,年齢,性別\n1,2,3,4\n',
      /more than one column that could be the model's "__"/,
    ],
    [
      'an input told that is none',
      'places',
      'a,b,c\n1,2,3\n',
      /^csv-column-mismatch: The model has no input "features"\. Its inputs are "x"\.$/,
      { map: { features: ['a', 'b', 'c'] } },
    ],
    [
      'an input told that is nearly one',
      'named',
      'a,b,c\n1,2,3\n',
      /has no input "sqfd"; did you mean "sqft"\?/,
      { map: { sqfd: ['a'] } },
    ],
    [
      'a column told that is none',
      'places',
      'alpha,beta,gamma\n1,2,3\n',
      /The table has no column "gama"; did you mean "gamma"\? It has "alpha", "beta", "gamma"\./,
      { aside: ['gama'] },
    ],
    [
      'a truth told that is none',
      'places',
      'a,b,c\n1,2,3\n',
      /The table has no column "price"/,
      { truth: 'price' },
    ],
    [
      'a place told that is none',
      'places',
      'a,b,c\n1,2,3\n',
      /The table has no column "#4"/,
      { aside: ['#4'] },
    ],
    [
      'a name told that two have',
      'places',
      'a,a,b,c\n1,2,3,4\n',
      /"--aside a" names 2 columns of the table\. Say #1 or #2/,
      { aside: ['a'] },
    ],
    [
      'a map of too few columns',
      'places',
      'a,b,c\n1,2,3\n',
      /The model's input "x" takes 3 columns, but --map gives it 2: "a", "b"/,
      { map: { x: ['a', 'b'] } },
    ],
    [
      'a column told to feed and not to feed',
      'places',
      'a,b,c\n1,2,3\n',
      /"a" is told to feed the input "x" and to feed none/,
      { map: { x: ['a', 'b', 'c'] }, aside: ['a'] },
    ],
    [
      'a map that takes what another input wants',
      'named',
      'sqft,baths,lot\n1,2,3\n',
      /lacks the column "baths"/,
      { map: { sqft: ['baths'] } },
    ],
  ])('refuses %s', async (_, model, csv, sentence, told) => {
    expect(await refusalOf(model, csv, told ?? {})).toMatch(sentence);
  });
});

describe('what is said about columns', () => {
  it('says how an input was found, and why the others were put aside', async () => {
    const { run } = await runHere('places', ',a,note,b,c,y\n0,1,x,2,3,9\n');
    expect(run.reading.inputs).toEqual([
      {
        input: 'x',
        columns: ['a', 'b', 'c'],
        how: 'order',
        note: "By the table's order: 3 columns for as many values.",
      },
    ]);
    expect(run.reading.aside).toEqual([
      { column: '#1', why: 'no name: the index of the rows' },
      { column: 'note', why: 'text where the model takes numbers' },
      { column: 'y', why: 'named as what is to be predicted' },
    ]);
    expect(readingWarnings(run.reading)).toEqual([
      '"y" is taken for no feature: without it there are as many columns as the model takes (3).',
    ]);
  });

  it('says which inputs need no column, and takes a label for one of theirs', async () => {
    const csv = 'SepalLength,SepalWidth,PetalLength,PetalWidth,Label\n5,3,1,0.2,setosa\n';
    const { run } = await runHere('forms/mlnet-multiclass', csv);
    expect(run.reading.inputs.at(-1)).toEqual({
      ...{ input: 'Label', columns: [], how: 'unused', note: 'No result depends on it.' },
    });
    expect(run.reading.aside).toEqual([{ column: 'Label', why: 'named as what is to be predicted' }]);
    expect(await refusalOf('forms/mlnet-multiclass', csv, { map: { Label: ['Label'] } })).toMatch(
      /No result depends on the model's input "Label"/,
    );
  });

  it('says when a column is used that may be no feature', async () => {
    const { run } = await runHere('places', 'customer_id,a,y\n1,2,3\n');
    expect(readingWarnings(run.reading)).toEqual([
      '"customer_id" feeds the model, since there are as many columns as it takes. If it is no feature, one is missing.',
      '"y" feeds the model, since there are as many columns as it takes. If it is no feature, one is missing.',
    ]);
  });

  it('takes a column of titles for text, whatever numbers are among them', async () => {
    const titles = [
      'Alien',
      'Brazil',
      '1917',
      'Heat',
      'Tron',
      'M',
      'Ran',
      'Jaws',
      'Up',
      'Diva',
      'Big',
      'Dune',
    ];
    const { column, run } = await runHere(
      'places',
      `title,a,b,c\n${titles.map((title) => `${title},1,2,3\n`).join('')}`,
    );
    expect(column('prediction')[0]).toBe('30201');
    expect(run.reading.aside).toEqual([{ column: 'title', why: 'text where the model takes numbers' }]);
  });

  it('says when a name was not the same', async () => {
    const { run } = await runHere('units', 'Große,temp [°C],Height (in)\n3,2,1\n');
    expect(run.reading.inputs).toEqual([
      {
        input: 'height_in',
        columns: ['Height (in)'],
        how: 'name',
        note: '"Height (in)" is taken for "height_in", but for what stands between its words.',
      },
      {
        input: 'temp',
        columns: ['temp [°C]'],
        how: 'name',
        note: '"temp [°C]" is taken for "temp", without its unit.',
      },
      {
        input: 'Größe',
        columns: ['Große'],
        how: 'name',
        note: '"Große" is taken for "Größe", without accents.',
      },
    ]);
    const told = await runHere('named', 'area,BATHS,lot\n1,2,3\n', { map: { sqft: ['area'] } });
    expect(told.run.reading.inputs.map(({ how, note }) => [how, note])).toEqual([
      ['told', null],
      ['name', null],
      ['name', null],
    ]);
  });
});

describe('a table in another order', () => {
  const header = ['sqft', 'baths', 'lot', 'id', 'note'];

  it('gives the same predictions where the inputs have names, whatever the order of the columns', async () => {
    const row = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(), fc.constantFrom('x', 'y z'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 8 }),
        fc.shuffledSubarray([...header.keys()], { minLength: header.length }),
        async (rows, order) => {
          const write = (places: readonly number[]): string =>
            [header, ...rows].map((cells) => `${places.map((at) => String(cells[at])).join(',')}\n`).join('');
          const straight = await runHere('named', write([...header.keys()]));
          const shuffled = await runHere('named', write(order));
          expect(shuffled.column('prediction')).toEqual(straight.column('prediction'));
          for (const name of header) expect(shuffled.column(name)).toEqual(straight.column(name));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('permutes the predictions with the rows and changes nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)), { minLength: 2, maxLength: 12 }),
        async (rows) => {
          const write = (lines: readonly (readonly number[])[]): string =>
            `a,b,c\n${lines.map((cells) => `${cells.join(',')}\n`).join('')}`;
          const { column } = await runHere('places', write(rows));
          const reversed = await runHere('places', write(rows.toReversed()));
          expect(reversed.column('prediction')).toEqual(column('prediction').toReversed());
        },
      ),
      { numRuns: 30 },
    );
  });

  /** Tables of named columns for a model of three features: right, or refused, whatever is beside the features. */
  it('is right or refused, whatever stands beside the features', async () => {
    const beside = fc.constantFrom(
      ...['id', 'y', 'label', 'store_id', 'note', 'price', '', 'when', 'target', 'w1', 'Unnamed: 0'],
    );
    const cells: Record<string, string> = { note: 'x', when: '2024-01-05' };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ name: beside, at: fc.nat(3) }), {
          maxLength: 3,
          selector: ({ name }) => name,
        }),
        async (extra) => {
          const columns = ['a', 'b', 'c'].map((name, at) => ({ name, cell: String(at + 1) }));
          for (const { name, at } of extra) columns.splice(at, 0, { name, cell: cells[name] ?? '7' });
          const csv = `${columns.map(({ name }) => name).join(',')}\n${columns.map(({ cell }) => cell).join(',')}\n`;
          const outcome = await runHere('places', csv).catch((error: unknown) => error as Error);
          if (outcome instanceof Error)
            expect(outcome.message).toMatch(/^The model takes 3 number columns .*--aside/);
          else expect(outcome.column('prediction')).toEqual(['30201']);
        },
      ),
      { numRuns: 300 },
    );
  });
});
